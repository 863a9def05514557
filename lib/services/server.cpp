#include "services/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "services/blueprints.hpp"
#include "services/commands.hpp"
#include "services/instance_parts.hpp"
#include "services/server_container.hpp"
#include "services/server_trouble.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

using namespace std::chrono_literals;
using ports::ContainerState;
using Names = std::map<std::string, std::vector<std::string>>;  // network -> names there

constexpr auto probe_again = 100ms;
constexpr auto give_up_after = 10min;
constexpr int too_many_restarts = 3;
constexpr int lines_of_log = 10;

Result<std::optional<ports::Container>> find(ports::Engine& engine, const Server& server) {
  auto found = engine.containers().inspect(server.name);
  if (found) return std::move(*found);
  if (found.error().code == ErrorCode::not_found) return std::nullopt;
  return Failure(std::move(found).error());
}

bool is_current(const Server& server, const ports::Container& container) {
  const auto label = container.labels.find(std::string(model::label::made_of));
  return label != container.labels.end() && label->second == made_of(server);
}

Result<bool> probe(ports::Engine& engine, const Server& server, bool complete) {
  auto ended = run_command(engine, server.name, probe_of(server, complete));
  if (ended) return ended->code == 0;
  // It ended between two questions.
  if (ended.error().code == ErrorCode::conflict || ended.error().code == ErrorCode::not_found) return false;
  return Failure(std::move(ended).error());
}

Failure not_ours(const Server& server, std::string_view what) {
  return fail(ErrorCode::refused, fmt::format("the {} '{}' is there already, but was not made for this server", what, server.name),
              "if another DIVIOCTL_HOME made it, use that one, or a region of another name on this engine (divioctl region add NAME --endpoint ADDRESS --ingress-port PORT); else rename it");
}

// A volume of another version must never meet this one's server.
Result<void> ensure_volume(const Place& place, const Server& server) {
  auto& volumes = place.engine.volumes();
  const auto has = [&](const std::vector<std::string>& names) { return std::ranges::count(names, server.name) > 0; };
  DIVIO_TRY(ours, volumes.list(labels_of(server)));
  if (has(ours)) return {};
  DIVIO_TRY(all, volumes.list({}));
  if (!has(all)) return volumes.create(server.name, labels_of(server));
  auto other = labels_of(server);
  other.erase(std::string(model::label::version));
  DIVIO_TRY(of_other_version, volumes.list(other));
  if (!has(of_other_version)) return not_ours(server, "volume");
  return fail(ErrorCode::refused,
              fmt::format("the volume '{}' holds data of another version than {} {}", server.name,
                          model::to_string(server.type), server.version),
              "use the version it was made with, and move to another by a backup and a restore");
}

Result<void> ensure_image(const Place& place, const Server& server) {
  const auto image = image_of(server);
  auto found = place.engine.images().inspect(image);
  if (found) return {};
  if (found.error().code != ErrorCode::not_found) return Failure(std::move(found).error());
  auto pulled = place.engine.images().pull(image, [&](std::string_view line) { if (place.line) place.line(line); }, place.stop);
  if (pulled || place.stop.stop_requested()) return pulled;
  auto error = std::move(pulled).error();
  const auto region = server.labels.find(std::string(model::label::region));
  const auto name = region == server.labels.end() ? std::string("NAME") : region->second;
  error.hint += fmt::format("{}divioctl region check {} says which versions are there, and region set {} --service-images names other images",
                            error.hint.empty() ? "" : "; ", name, name);
  return Failure(std::move(error));
}

// Makes the container, in the networks of `names` and no other: an engine puts each new one into a network of its own
// choice, where strangers are.
Result<void> make_container(const Place& place, const Server& server, const Names& names) {
  DIVIO_TRY(id, place.engine.containers().create(container_of(server)));
  DIVIO_TRY(made, place.engine.containers().inspect(id));
  auto& networks = place.engine.networks();
  for (const auto& [network, aliases] : made.aliases) DIVIO_CHECK(networks.disconnect(network, id));
  for (const auto& [network, aliases] : names) DIVIO_CHECK(networks.connect({network, id, aliases}));
  return place.engine.containers().start(id);
}

bool will_never_start(const Result<void>& started) {
  return !started && started.error().code != ErrorCode::unreachable && started.error().code != ErrorCode::timed_out && started.error().code != ErrorCode::cancelled;
}

// What ended while the disk was full may be refused for ever: the engine could not write down that it left its networks, and then says
// that an endpoint of that name exists already. Once there is no such container, being disconnected ends that too.
Result<void> make_anew(const Place& place, const Server& server, const Names& names) {
  DIVIO_CHECK(remove_server(place, server, Data::kept));
  for (const auto& [network, aliases] : names) DIVIO_CHECK(place.engine.networks().disconnect(network, server.name));
  return make_container(place, server, names);
}

// A container that was never started may be in a network that it should not be in.
Result<void> ensure_running(const Place& place, const Server& server) {
  auto& containers = place.engine.containers();
  DIVIO_TRY(found, find(place.engine, server));
  if (!found) return make_container(place, server, {});
  for (const auto& [key, value] : labels_of(server)) {
    const auto label = found->labels.find(key);
    if (label == found->labels.end() || label->second != value) return not_ours(server, "container");
  }
  const bool fresh = found->state == ContainerState::created;
  if (!fresh && is_current(server, *found)) {
    auto started = containers.start(server.name);
    if (!will_never_start(started)) return started;
  }
  return make_anew(place, server, fresh ? Names{} : found->aliases);
}

Error trouble(const Place& place, const Server& server, const ports::Container& container) {
  std::string log;
  ports::LogOptions options;
  options.tail = lines_of_log;
  (void)place.engine.streams().logs(server.name, options, [&](ports::Output, std::string_view bytes) { log += bytes; }, place.stop);
  std::vector<std::string> lines;
  for (const auto& line : split(log, '\n'))
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  if (lines.size() > lines_of_log) lines.erase(lines.begin(), lines.end() - lines_of_log);
  return explain_server(server, container, lines);
}

Result<void> await_serving(const Place& place, const Server& server) {
  const auto give_up = place.clock.now() + give_up_after;
  DIVIO_TRY(begun, place.engine.containers().inspect(server.name));
  while (true) {
    DIVIO_TRY(serves, probe(place.engine, server, false));
    if (serves) return {};
    DIVIO_TRY(container, place.engine.containers().inspect(server.name));
    const bool ended = container.state == ContainerState::exited || container.state == ContainerState::dead;
    if (ended || container.restarts >= begun.restarts + too_many_restarts || place.clock.now() >= give_up)
      return Failure(trouble(place, server, container));
    if (!place.clock.sleep(probe_again, place.stop))
      return fail(ErrorCode::cancelled, fmt::format("waiting for server '{}' was broken off", server.name), "run this again");
  }
}

}  // namespace

std::string_view to_string(ServerState state) noexcept {
  switch (state) {
    case ServerState::absent: return "absent";
    case ServerState::stopped: return "stopped";
    case ServerState::starting: return "starting";
    case ServerState::serving: return "serving";
  }
  return "absent";
}

Result<ServerSeen> look_at_server(ports::Engine& engine, const Server& server) {
  DIVIO_TRY(found, find(engine, server));
  if (!found) return ServerSeen{};
  ServerSeen seen{ServerState::stopped, is_current(server, *found), {}};
  for (const auto& [network, aliases] : found->aliases) seen.networks.insert(network);
  if (found->state != ContainerState::running) return seen;
  DIVIO_TRY(serves, probe(engine, server, true));
  seen.state = serves ? ServerState::serving : ServerState::starting;
  return seen;
}

Result<bool> can_serve(ports::Engine& engine, const Server& server) {
  return probe(engine, server, false);
}

Result<void> ensure_server(const Place& place, const Server& server) {
  if (blueprint(server.type).image.empty())
    return fail(ErrorCode::bug, fmt::format("a server was wanted for a service of type {}", model::to_string(server.type)));
  DIVIO_TRY(seen, look_at_server(place.engine, server));
  if (seen.state == ServerState::serving && seen.current) return {};
  DIVIO_CHECK(ensure_volume(place, server));
  DIVIO_CHECK(ensure_image(place, server));
  DIVIO_CHECK(ensure_running(place, server));
  DIVIO_CHECK(await_serving(place, server));
  DIVIO_CHECK(set_up_server(place, server));
  DIVIO_TRY(marked, run_script(place, server.name, {completion_of(server), {}, "mark the volume of the server as whole"}));
  return {};
}

Result<void> remove_server(const Place& place, const Server& server, Data data) {
  auto& containers = place.engine.containers();
  auto stopped = containers.stop(server.name, container_of(server).stop_grace);
  if (!stopped && stopped.error().code != ErrorCode::not_found) return stopped;
  DIVIO_CHECK(containers.remove(server.name));
  if (data == Data::removed) return place.engine.volumes().remove(server.name);
  return {};
}

}  // namespace divio::services
