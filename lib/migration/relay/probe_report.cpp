#include "migration/relay/probe_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "migration/relay/programs.hpp"
#include "support/text.hpp"

namespace divio::migration::relay {
namespace {

constexpr std::string_view timed_out = "124";  // of the program timeout

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// How a system says that a connection was refused, or that nothing answered.
std::string reason_of(std::string_view code, std::string_view said) {
  if (code == timed_out) return "nothing answers";
  return said.empty() ? "it cannot be reached" : std::string(said);
}

Address other_end(const Relay& relay, Side side, std::uint16_t port) {
  if (relay.one_engine) return {name_of(relay.migration, other(side)), listening_port};
  return {relay.regions.at(other(side)).host, port};
}

Error unreachable(const Relay& relay, Side side, std::uint16_t port, const std::string& reason) {
  const auto& from = relay.regions.at(side).name;
  const auto& to = relay.regions.at(other(side)).name;
  const auto end = other_end(relay, side, port);
  return {ErrorCode::unreachable, fmt::format("region {} cannot reach {} port {} of region {}: {}", from, end.host, end.port, to, reason),
          fmt::format("let the firewall of {0} take connections from region {1} at this port; a fixed one is set with divioctl region set {0} --relay-port PORT", to, from)};
}

Error no_answer(const Relay& relay, Side side, std::uint16_t port) {
  const auto& from = relay.regions.at(side).name;
  const auto end = other_end(relay, side, port);
  return {ErrorCode::failed,
          fmt::format("region {} reaches {} port {}, but no relay answers there that knows this migration's certificate", from, end.host, end.port),
          fmt::format("make the relay again; if that does not help, something else listens there or stands between: see whether {} leads to the host of region {}",
                      end.host, relay.regions.at(other(side)).name)};
}

Error silent_server(const Relay& relay, Side side, const std::string& service, const std::string& reason) {
  const auto found = std::ranges::find(relay.services, service, &Service::name);
  const auto port = found == relay.services.end() ? 0 : found->port;
  return {ErrorCode::failed, fmt::format("the server of service '{}' in region {} does not answer at port {}: {}", service, relay.regions.at(side).name, port, reason),
          "see whether its container runs and what its log says"};
}

}  // namespace

std::vector<std::string> probe_command(const Relay& relay, Side side, std::uint16_t port, std::uint64_t bytes) {
  const auto end = other_end(relay, side, port);
  std::vector<std::string> command{"bash", "-c", std::string(probe_program), "probe", end.host, std::to_string(end.port),
                                   std::to_string(probing_port), std::to_string(bytes)};
  for (const auto& service : relay.services)
    if (relay.regions.at(side).servers.contains(service.name))
      command.insert(command.end(), {service.name, server_alias(relay, side, service.name), std::to_string(service.port)});
  return command;
}

Report read_report(const Relay& relay, Side side, std::uint16_t port, std::string_view output) {
  Report report;
  report.way.blocked = no_answer(relay, side, port);
  for (const auto& line : split(output, '\n')) {
    const auto words = split(trim(line), ' ');
    const auto rest = [&](std::size_t from) { return join(std::span(words).subspan(std::min(from, words.size())), " "); };
    if (words[0] == "silent" && words.size() >= 3) report.silent.push_back(silent_server(relay, side, words[1], reason_of(words[2], rest(3))));
    if (words[0] == "unreachable" && words.size() >= 2) report.way.blocked = unreachable(relay, side, port, reason_of(words[1], rest(2)));
    if (words[0] == "round-trip" && words.size() == 2) {
      report.way.blocked.reset();
      report.way.round_trip = std::chrono::microseconds(number_in(words[1]));
    }
    if (words[0] == "bytes" && words.size() == 3)
      report.way.bytes_per_second = number_in(words[1]) * 1'000'000 / std::max<std::uint64_t>(number_in(words[2]), 1);
    if (words[0] == "closed") report.way.blocked = no_answer(relay, side, port);
  }
  return report;
}

}  // namespace divio::migration::relay
