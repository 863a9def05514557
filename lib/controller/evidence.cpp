#include "controller/evidence.hpp"

#include "controller/line_splitter.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

constexpr int lines_shown = 15;
constexpr std::string_view probe_image = "haproxy:2.6";  // there wherever an ingress is; has a shell

// Reads /proc/net/tcp inside the container's network from a container beside it, since the application's own image may
// have neither shell nor cat.
Result<planning::ListeningPorts> probe_ports(Runtime& runtime, const std::string& container) {
  ports::ContainerSpec spec;
  spec.image = probe_image;
  spec.entrypoint = {"/bin/cat"};
  spec.command = {"/proc/net/tcp", "/proc/net/tcp6"};
  spec.join_network_of = container;
  spec.labels = {{std::string(model::label::managed), catalogue_of(runtime)},
                 {std::string(model::label::role), std::string(model::role::probe)}};
  auto& containers = runtime.engine.containers();
  DIVIO_TRY(id, containers.create(spec));
  std::string text;
  auto started = containers.start(id);
  if (started) {
    const auto code = containers.wait(id, {});
    if (code) started = runtime.engine.streams().logs(id, {}, [&](ports::Output, std::string_view bytes) { text += bytes; }, {});
  }
  DIVIO_CHECK(containers.remove(id));
  DIVIO_CHECK(std::move(started));
  return planning::parse_listening_ports(text);
}

// A container that crashes again and again runs for moments in between, and then has no exit code: looks until it has.
ports::Container between_starts(Runtime& runtime, const ports::Container& container) {
  auto seen = container;
  for (int look = 0; look < 40 && seen.restarts > 0 && seen.state == ports::ContainerState::running; ++look) {
    runtime.clock.sleep(std::chrono::milliseconds(25), {});
    if (auto again = runtime.engine.containers().inspect(container.id)) seen = std::move(*again);
  }
  return seen;
}

}  // namespace

std::vector<std::string> last_lines(Runtime& runtime, const std::string& container, int count) {
  std::vector<std::string> lines;
  LineSplitter splitter([&](const std::string& line) { lines.push_back(line); });
  const auto sink = [&](ports::Output, std::string_view bytes) { splitter.add(bytes); };
  [[maybe_unused]] const auto read = runtime.engine.streams().logs(container, {.tail = count}, sink, {});
  splitter.finish();
  return lines;
}

Error diagnose(Runtime& runtime, const planning::AwaitHealthy::Instance& instance, const ports::Container& inspected,
               const model::TargetStatus* target) {
  const auto container = between_starts(runtime, inspected);
  planning::Evidence evidence{.instance = instance.name, .process = instance.process};
  evidence.ended = container.state != ports::ContainerState::running || container.restarts > 0;
  evidence.exit_code = container.exit_code;
  evidence.restarts = container.restarts;
  evidence.out_of_memory = container.out_of_memory;
  evidence.engine_error = container.error;
  if (target != nullptr) {
    evidence.check = target->check;
    evidence.http_status = target->http_status;
  }
  if (const auto image = runtime.engine.images().inspect(container.image_id)) evidence.image_architecture = image->architecture;
  if (const auto info = runtime.engine.info()) evidence.engine_architecture = info->architecture;
  if (!evidence.ended && instance.process.port)
    if (const auto ports = probe_ports(runtime, instance.name)) {
      evidence.listening = ports->all;
      evidence.loopback_only = ports->loopback_only;
    }
  evidence.last_lines = last_lines(runtime, instance.name, lines_shown);
  return planning::explain(evidence);
}

}  // namespace divio::controller
