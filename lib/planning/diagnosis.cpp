#include "planning/diagnosis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "support/text.hpp"

namespace divio::planning {
namespace {

struct Cause {
  std::string what;
  std::string hint;
};

constexpr int killed = 128 + 9;

std::string crash_words(const Evidence& e) {
  const auto times = e.restarts > 0 ? fmt::format(", {} times", e.restarts + 1) : std::string();
  if (e.exit_code > 128 && e.exit_code < 160)
    return fmt::format("its process was ended by signal {}{}", e.exit_code - 128, times);
  return fmt::format("its process ended with exit code {}{}", e.exit_code, times);
}

// What the engine's init process (docker run --init) says before it ends with 126 or 127.
bool not_executable(const Evidence& e) {
  return std::ranges::any_of(e.last_lines, [](const auto& line) { return line.starts_with("[FATAL tini") && line.find("] exec ") != std::string::npos; });
}

std::optional<Cause> container_cause(const Evidence& e) {
  const bool foreign = !e.image_architecture.empty() && !e.engine_architecture.empty() &&
                       e.image_architecture != e.engine_architecture;
  if (foreign && e.ended)
    return Cause{fmt::format("its image is made for {}, and the engine's host is {}", e.image_architecture, e.engine_architecture),
                 fmt::format("build it for linux/{}", e.engine_architecture)};
  if (!e.engine_error.empty())
    return Cause{"the engine could not start it: " + e.engine_error, "check the command of the process and the image's entry point"};
  const auto limit = e.process.resources.memory_bytes;
  const auto more_memory = fmt::format("raise processes.{}.resources.memory in divio.yaml", e.process.name.str());
  if (e.out_of_memory) return Cause{fmt::format("it ran out of memory (limit {})", human_bytes(limit)), more_memory};
  // An engine does not always hear which one it was that the kernel chose.
  if (e.ended && e.exit_code == killed && limit > 0)
    return Cause{fmt::format("{}, as it is when it runs out of memory (limit {})", crash_words(e), human_bytes(limit)), more_memory};
  if (e.ended && not_executable(e))
    return Cause{"its command cannot be executed",
                 "is it in the image, with its interpreter and libraries, and made for linux/" + e.engine_architecture + "?"};
  if (e.ended) return Cause{crash_words(e), "its last output is below; divioctl run -- COMMAND tries things in the same image"};
  return std::nullopt;
}

std::optional<Cause> http_cause(const Evidence& e) {
  const auto& path = e.process.health.path;
  const auto key = fmt::format("processes.{}.health.path", e.process.name.str());
  if (e.http_status >= 300 && e.http_status < 400) {
    const auto where = e.redirect_target.empty() ? std::string() : " to " + e.redirect_target;
    return Cause{fmt::format("its health path {} answers {} (a redirect{}), not 200 to 299", path, e.http_status, where),
                 fmt::format("let the application answer {} itself (a slash at the end? a redirect to https?), or change {}", path, key)};
  }
  if (e.http_status == 400)
    return Cause{fmt::format("its health path {} answers 400", path),
                 "many frameworks refuse host names they do not know: let it accept the one in DOMAIN (Django: ALLOWED_HOSTS)"};
  if (e.http_status == 404)
    return Cause{fmt::format("its health path {} answers 404", path), fmt::format("let the application answer it, or change {}", key)};
  if (e.http_status != 0 && (e.http_status < 200 || e.http_status > 299))
    return Cause{fmt::format("its health path {} answers {}, not 200 to 299", path, e.http_status),
                 "its last output is below"};
  return std::nullopt;
}

std::optional<Cause> port_cause(const Evidence& e) {
  if (!e.listening || !e.process.port) return std::nullopt;
  const auto port = *e.process.port;
  if (std::ranges::find(e.loopback_only, port) != e.loopback_only.end())
    return Cause{fmt::format("it listens on 127.0.0.1:{} only, where nothing outside the container reaches it", port),
                 fmt::format("let it listen on 0.0.0.0:{}", port)};
  if (std::ranges::find(*e.listening, port) != e.listening->end()) return std::nullopt;
  if (e.listening->empty())
    return Cause{fmt::format("nothing listens on port {}, nor on any other", port),
                 "let the application listen on 0.0.0.0 and the port in the variable PORT"};
  return Cause{fmt::format("nothing listens on port {}, but on {}", port, fmt::join(*e.listening, ", ")),
               fmt::format("set processes.{}.port to {} in divio.yaml, or let the application use the variable PORT",
                           e.process.name.str(), e.listening->front())};
}

Cause slow_cause(const Evidence& e) {
  const auto seconds = e.process.health.start_timeout.count();
  if (!e.process.port) return {fmt::format("it did not stay up for {} s", seconds), "its last output is below"};
  if (e.check == "L7TOUT" || e.check == "L4TOUT")
    return {fmt::format("it accepts connections on port {} but does not answer in time", *e.process.port),
            "its last output is below"};
  return {fmt::format("it did not answer on port {} within {} s", *e.process.port, seconds),
          fmt::format("if it needs longer to start, raise processes.{}.health.start_timeout", e.process.name.str())};
}

Cause find_cause(const Evidence& e) {
  if (auto cause = container_cause(e)) return *cause;
  if (auto cause = http_cause(e)) return *cause;
  if (auto cause = port_cause(e)) return *cause;
  return slow_cause(e);
}

}  // namespace

Error explain(const Evidence& evidence) {
  auto cause = find_cause(evidence);
  std::string hint = cause.hint;
  if (!evidence.last_lines.empty()) hint += fmt::format("\nlast output of {}:\n  {}", evidence.instance, join(evidence.last_lines, "\n  "));
  return {ErrorCode::failed, fmt::format("{} cannot serve: {}", evidence.instance, cause.what), hint, {}};
}

ListeningPorts parse_listening_ports(const std::string& proc_net_tcp) {
  std::map<std::uint16_t, bool> ports;  // whether it is bound to the loopback alone
  std::istringstream lines(proc_net_tcp);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string slot, local, remote, state;
    if (!(words >> slot >> local >> remote >> state) || state != "0A") continue;
    const auto colon = local.rfind(':');
    if (colon == std::string::npos) continue;
    unsigned port = 0;
    if (std::sscanf(local.c_str() + colon + 1, "%4X", &port) != 1) continue;
    const auto address = local.substr(0, colon);
    // 127.0.0.0/8 in the host's byte order of a little-endian machine, ::1, and 127.0.0.0/8 mapped into IPv6.
    const bool loopback = (address.size() == 8 && address.ends_with("7F")) ||
                          address == "00000000000000000000000001000000" ||
                          (address.size() == 32 && address.starts_with("0000000000000000FFFF0000") && address.ends_with("7F"));
    const auto number = static_cast<std::uint16_t>(port);
    const auto [known, added] = ports.emplace(number, loopback);
    if (!added) known->second = known->second && loopback;
  }
  ListeningPorts found;
  for (const auto& [port, loopback] : ports) {
    found.all.push_back(port);
    if (loopback) found.loopback_only.push_back(port);
  }
  return found;
}

}  // namespace divio::planning
