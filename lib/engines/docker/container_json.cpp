#include "engines/docker/container_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engines/docker/json.hpp"
#include "model/enum_names.hpp"

namespace divio::engines {
namespace {

using nlohmann::json;
using ports::ContainerState;

constexpr model::EnumNames<ContainerState, 7> states{{
    {ContainerState::created, "created"},
    {ContainerState::running, "running"},
    {ContainerState::paused, "paused"},
    {ContainerState::restarting, "restarting"},
    {ContainerState::exited, "exited"},
    {ContainerState::removing, "removing"},
    {ContainerState::dead, "dead"},
}};

ContainerState read_state(const std::string& name) {
  // Podman has states of its own around starting and stopping; what is not running is as good as exited.
  return model::value_of(states, name).value_or(ContainerState::exited);
}

json environment_list(const model::Variables& variables) {
  auto list = json::array();
  for (const auto& [name, variable] : variables) list.push_back(name + "=" + variable.value.reveal());
  return list;
}

std::string port_name(const ports::PublishedPort& port) { return std::to_string(port.container) + "/tcp"; }

json render_host(const ports::ContainerSpec& spec) {
  json host{
      {"Init", true},  // something has to reap orphans and pass signals on to what does not handle them
      {"RestartPolicy", {{"Name", spec.restart == ports::RestartPolicy::unless_stopped ? "unless-stopped" : "no"}}},
      {"LogConfig", {{"Type", "json-file"}, {"Config", {{"max-size", "10m"}, {"max-file", "3"}}}}}};
  if (spec.transient) {
    host["AutoRemove"] = true;
    host["LogConfig"] = {{"Type", "none"}, {"Config", json::object()}};
  }
  if (spec.resources.cpu_millis > 0) host["NanoCpus"] = std::int64_t{spec.resources.cpu_millis} * 1'000'000;
  if (spec.resources.memory_bytes > 0) {
    host["Memory"] = spec.resources.memory_bytes;
    host["MemorySwap"] = spec.resources.memory_bytes;  // memory and swap together: no swap on top
  }
  if (!spec.join_network_of.empty())
    host["NetworkMode"] = "container:" + spec.join_network_of;
  else if (!spec.network.name.empty())
    host["NetworkMode"] = spec.network.name;
  for (const auto& port : spec.published)
    host["PortBindings"][port_name(port)].push_back({{"HostIp", port.address}, {"HostPort", std::to_string(port.host)}});
  for (const auto& mount : spec.mounts) {
    json rendered{{"Type", "volume"}, {"Source", mount.volume}, {"Target", mount.path}, {"ReadOnly", mount.read_only}};
    if (mount.as_it_is) rendered["VolumeOptions"] = {{"NoCopy", true}};
    host["Mounts"].push_back(std::move(rendered));
  }
  return host;
}

// How it is attached to its network; null where the network takes no settings.
json render_attachment(const ports::ContainerSpec& spec) {
  if (!spec.join_network_of.empty() || spec.network.name.empty() || spec.network.name == "host" || spec.network.name == "none") return {};
  json endpoint = json::object();
  if (!spec.network.address.empty()) endpoint["IPAMConfig"] = {{"IPv4Address", spec.network.address}};
  if (!spec.network.aliases.empty()) endpoint["Aliases"] = spec.network.aliases;
  return {{"EndpointsConfig", {{spec.network.name, endpoint}}}};
}

std::map<std::string, std::string> read_addresses(const json& networks) {
  std::map<std::string, std::string> addresses;
  if (!networks.is_object()) return addresses;
  for (const auto& [name, network] : networks.items()) {
    auto address = text(network, "IPAddress");
    if (address.empty()) address = text(at(network, {"IPAMConfig"}), "IPv4Address");  // a fixed one, while not running
    if (!address.empty()) addresses[name] = address;
  }
  return addresses;
}

std::map<std::string, std::string> read_gateways(const json& networks) {
  std::map<std::string, std::string> gateways;
  if (!networks.is_object()) return gateways;
  for (const auto& [name, network] : networks.items())
    if (auto gateway = text(network, "Gateway"); !gateway.empty()) gateways[name] = std::move(gateway);
  return gateways;
}

std::map<std::string, std::vector<std::string>> read_aliases(const json& networks, const std::string& id) {
  std::map<std::string, std::vector<std::string>> aliases;
  if (!networks.is_object()) return aliases;
  for (const auto& [name, network] : networks.items()) {
    auto& names = aliases[name];
    for (const auto& alias : at(network, {"Aliases"}))
      if (alias.is_string() && !id.starts_with(alias.get<std::string>())) names.push_back(alias);  // its id is one too
  }
  return aliases;
}

std::optional<model::TimePoint> read_time(const std::string& written) {
  if (written.empty() || written.starts_with("0001-")) return std::nullopt;  // Go's zero time: never
  const auto time = model::parse_rfc3339(written);
  return time ? std::optional(*time) : std::nullopt;
}

std::string without_slash(std::string name) {
  if (name.starts_with('/')) name.erase(0, 1);
  return name;
}

ports::Container read_listed(const json& entry) {
  ports::Container container;
  container.id = text(entry, "Id");
  // Links of other containers to this one count as names too ("/other/alias"); its own has no second slash.
  for (const auto& name : at(entry, {"Names"}))
    if (name.is_string() && name.get<std::string>().find('/', 1) == std::string::npos)
      container.name = without_slash(name.get<std::string>());
  container.image = text(entry, "Image");
  container.image_id = text(entry, "ImageID");
  container.labels = texts(at(entry, {"Labels"}));
  container.state = read_state(text(entry, "State"));
  container.addresses = read_addresses(at(entry, {"NetworkSettings", "Networks"}));
  return container;
}

}  // namespace

json render_container(const ports::ContainerSpec& spec) {
  json body{{"Image", spec.image},
            {"Env", environment_list(spec.environment)},
            {"Labels", spec.labels},
            {"StopTimeout", spec.stop_grace.count()},
            {"HostConfig", render_host(spec)}};
  if (!spec.entrypoint.empty()) body["Entrypoint"] = spec.entrypoint;
  if (!spec.command.empty()) body["Cmd"] = spec.command;
  if (!spec.user.empty()) body["User"] = spec.user;
  for (const auto& port : spec.published) body["ExposedPorts"][port_name(port)] = json::object();
  if (spec.terminal) body["Tty"] = true;
  if (spec.open_input) {
    body["OpenStdin"] = true;
    body["StdinOnce"] = true;  // the input ends when whoever attached to it goes
    body["AttachStdin"] = true;
  }
  if (auto attachment = render_attachment(spec); !attachment.is_null())
    body["NetworkingConfig"] = std::move(attachment);
  return body;
}

json render_exec(const ports::ExecSpec& spec) {
  json body{{"AttachStdin", spec.open_input}, {"AttachStdout", true}, {"AttachStderr", true},
            {"Tty", spec.terminal},           {"Cmd", spec.command},  {"Env", environment_list(spec.environment)}};
  if (!spec.user.empty()) body["User"] = spec.user;
  if (!spec.directory.empty()) body["WorkingDir"] = spec.directory;
  return body;
}

std::vector<ports::Container> read_containers(const json& answer) {
  std::vector<ports::Container> containers;
  for (const auto& entry : answer)
    if (entry.is_object()) containers.push_back(read_listed(entry));
  std::ranges::sort(containers, {}, &ports::Container::name);
  return containers;
}

ports::Container read_container(const json& answer) {
  const auto& state = at(answer, {"State"});
  ports::Container container;
  container.id = text(answer, "Id");
  container.name = without_slash(text(answer, "Name"));
  container.image = text(at(answer, {"Config"}), "Image");
  container.image_id = text(answer, "Image");
  container.labels = texts(at(answer, {"Config", "Labels"}));
  container.state = read_state(text(state, "Status"));
  container.addresses = read_addresses(at(answer, {"NetworkSettings", "Networks"}));
  container.aliases = read_aliases(at(answer, {"NetworkSettings", "Networks"}), container.id);
  container.gateways = read_gateways(at(answer, {"NetworkSettings", "Networks"}));
  container.exit_code = static_cast<int>(number(state, "ExitCode"));
  container.out_of_memory = truth(state, "OOMKilled");
  container.restarts = static_cast<int>(number(answer, "RestartCount"));
  container.error = text(state, "Error");
  container.started_at = read_time(text(state, "StartedAt"));
  container.finished_at = read_time(text(state, "FinishedAt"));
  return container;
}

}  // namespace divio::engines
