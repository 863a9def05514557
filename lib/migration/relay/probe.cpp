#include <fmt/format.h>

#include <charconv>

#include "migration/relay/probe_report.hpp"
#include "migration/relay/side.hpp"
#include "support/try.hpp"

namespace divio::migration::relay {
namespace {

constexpr std::chrono::seconds patience{60};  // longer than the program's own

Result<std::uint16_t> running_port(const Work& work) {
  DIVIO_TRY(container, look(work));
  if (container.state != ports::ContainerState::running)
    return fail(ErrorCode::failed, fmt::format("the relay of the migration in region {} does not run", work.region().name), "make it again");
  std::uint16_t port = 0;
  if (const auto label = container.labels.find(std::string(model::label::relay_port)); label != container.labels.end())
    std::from_chars(label->second.data(), label->second.data() + label->second.size(), port);
  return port;
}

Result<std::string> output_of(const Work& work, std::vector<std::string> command) {
  ports::ExecSpec spec;
  spec.command = std::move(command);
  spec.open_input = false;
  DIVIO_TRY(session, work.engine().streams().exec(work.name(), spec));
  std::string output;
  while (true) {
    DIVIO_TRY(chunk, session->read(patience));
    if (!chunk) return output;
    if (chunk->output == ports::Output::out) output += chunk->bytes;
  }
}

}  // namespace

// One after the other: two measurements at once would share the line.
Result<Probe> probe(const Place& place, const Relay& relay, std::uint64_t bytes) {
  DIVIO_CHECK(plan(relay, {}));
  Both<std::uint16_t> ports;
  for (const auto side : both_sides) {
    DIVIO_ASSIGN(ports.at(side), running_port({place, relay, side}));
  }
  Probe probe;
  for (const auto side : both_sides) {
    const auto port = ports.at(other(side));
    DIVIO_TRY(output, output_of({place, relay, side}, probe_command(relay, side, port, bytes)));
    auto report = read_report(relay, side, port, output);
    probe.from.at(side) = std::move(report.way);
    for (auto& error : report.silent) probe.silent.push_back(std::move(error));
  }
  // Bytes were fetched, so they came the other way.
  std::swap(probe.from.source.bytes_per_second, probe.from.target.bytes_per_second);
  return probe;
}

Result<void> open_both_ways(const Probe& probe) {
  for (const auto side : both_sides)
    if (probe.from.at(side).blocked) return Failure(*probe.from.at(side).blocked);
  if (!probe.silent.empty()) return Failure(probe.silent.front());
  return {};
}

}  // namespace divio::migration::relay
