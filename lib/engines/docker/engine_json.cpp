#include "engines/docker/engine_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engines/docker/json.hpp"

namespace divio::engines {

using nlohmann::json;

std::string architecture_of(const std::string& machine) {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {{"x86_64", "amd64"}, {"aarch64", "arm64"},
                                                                            {"armv7l", "arm"},   {"armv6l", "arm"},
                                                                            {"i686", "386"},     {"i386", "386"}};
  const auto found = std::ranges::find(names, machine, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(names) ? machine : std::string(found->second);
}

ports::EngineInfo read_info(const json& answer) {
  ports::EngineInfo info;
  info.version = text(answer, "ServerVersion");
  info.architecture = architecture_of(text(answer, "Architecture"));
  info.operating_system = text(answer, "OperatingSystem");
  info.data_folder = text(answer, "DockerRootDir");
  info.cores = static_cast<int>(number(answer, "NCPU"));
  info.memory_bytes = static_cast<std::uint64_t>(number(answer, "MemTotal"));
  if (const auto time = model::parse_rfc3339(text(answer, "SystemTime"))) info.clock = *time;
  return info;
}

json render_network(const ports::NetworkSpec& spec) {
  json body{{"Name", spec.name}, {"Driver", "bridge"}, {"CheckDuplicate", true}, {"Labels", spec.labels}};
  if (spec.subnet.empty()) return body;
  json pool{{"Subnet", spec.subnet}};
  if (!spec.dynamic_range.empty()) pool["IPRange"] = spec.dynamic_range;
  body["IPAM"] = {{"Config", json::array({pool})}};
  return body;
}

std::vector<ports::Network> read_networks(const json& answer) {
  std::vector<ports::Network> networks;
  for (const auto& entry : answer) {
    if (!entry.is_object()) continue;
    auto& network = networks.emplace_back();
    network.id = text(entry, "Id");
    network.name = text(entry, "Name");
    network.labels = texts(at(entry, {"Labels"}));
    for (const auto& pool : at(entry, {"IPAM", "Config"}))
      if (network.subnet.empty()) network.subnet = text(pool, "Subnet");
  }
  std::ranges::sort(networks, {}, &ports::Network::name);
  return networks;
}

std::vector<ports::Volume> read_volumes(const json& answer) {
  std::vector<ports::Volume> volumes;
  for (const auto& entry : at(answer, {"Volumes"})) {
    if (!entry.is_object()) continue;
    auto& volume = volumes.emplace_back();
    volume.name = text(entry, "Name");
    volume.labels = texts(at(entry, {"Labels"}));
    if (const auto created = model::parse_rfc3339(text(entry, "CreatedAt"))) volume.created_at = *created;
  }
  std::ranges::sort(volumes, {}, &ports::Volume::name);
  return volumes;
}

}  // namespace divio::engines
