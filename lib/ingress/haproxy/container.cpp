#include "ingress/haproxy/container.hpp"

#include <fmt/format.h>

#include "ingress/haproxy/log_program.hpp"
#include "ingress/haproxy/proxy.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

model::Labels labels_of(const Options& options) {
  return {{std::string(model::label::managed), options.catalogue_id},
          {std::string(model::label::role), "ingress"},
          {std::string(model::label::region), options.region}};
}

ports::ContainerSpec common_spec(const Options& options) {
  ports::ContainerSpec spec;
  spec.image = options.image;
  spec.labels = labels_of(options);
  spec.mounts = {{object_name(options.region), std::string(data_folder), false}};
  spec.user = "0";
  return spec;
}

// The master process stays root so that a reload may listen on low ports again; workers run as `haproxy`.
ports::ContainerSpec ingress_spec(const Options& options) {
  auto spec = common_spec(options);
  spec.name = object_name(options.region);
  spec.entrypoint = {
      "perl",   "-e", std::string(log_program), agent_text(), std::string(data_folder), std::string(master_socket),
      "haproxy"};
  spec.command = {
      "-W", "-db", "-S", fmt::format("{},mode,600,level,admin", master_socket), "-f", std::string(config_file)};
  spec.network.name = "host";
  spec.resources = options.resources;
  spec.restart = ports::RestartPolicy::unless_stopped;
  return spec;
}

ports::ContainerSpec files_spec(const Options& options) {
  auto spec = common_spec(options);
  spec.name = object_name(options.region) + "-files";
  spec.entrypoint = agent_command();
  spec.open_input = true;
  return spec;
}

std::string last_lines(ports::Engine& engine, const std::string& container) {
  ports::LogOptions options;
  options.tail = 30;
  std::string log;
  static_cast<void>(
      engine.streams().logs(container, options, [&](ports::Output, std::string_view bytes) { log += bytes; }, {}));
  return log;
}

bool has_ended(const ports::Container& container) {
  using enum ports::ContainerState;
  return container.state == exited || container.state == dead || container.state == restarting ||
         container.restarts > 0;
}

Result<std::unique_ptr<Agent>> await_answer(const Surroundings& with, const Options& options) {
  constexpr std::chrono::milliseconds pause{50};
  const auto name = object_name(options.region);
  const auto until = with.clock.now() + std::chrono::seconds(15);
  std::unique_ptr<Agent> agent;
  do {
    DIVIO_TRY(container, with.engine.containers().inspect(name));
    if (has_ended(container)) return Failure(explain_failed_start(last_lines(with.engine, name), options));
    if (!agent || agent->broken()) {
      if (auto joined = join_agent(with.engine, options)) agent = std::move(*joined);
    }
    if (agent) {
      if (auto running = see(*agent); running && !running->fingerprint.empty()) return agent;
    }
    with.clock.sleep(pause, {});
  } while (with.clock.now() < until);
  return Failure(explain_failed_start(last_lines(with.engine, name), options));
}

}  // namespace

std::string object_name(const std::string& region) {
  return "divio-ingress-" + region;
}

Frame frame_of(const Options& options) {
  Frame frame;
  for (const auto& address : options.addresses) frame.listeners.push_back({address, options.http_port});
  frame.access_log = options.access_log;
  frame.connections = options.connections;
  return frame;
}

Result<std::optional<ports::Container>> find_container(ports::Engine& engine, const Options& options) {
  auto container = engine.containers().inspect(object_name(options.region));
  if (!container && container.error().code == ErrorCode::not_found) return std::nullopt;
  if (!container) return Failure(std::move(container).error());
  const auto owner = container->labels.find(std::string(model::label::managed));
  if (owner == container->labels.end() || owner->second != options.catalogue_id) {
    return fail(ErrorCode::conflict,
                fmt::format("the container {} on the engine belongs to another divioctl", object_name(options.region)),
                "use the DIVIOCTL_HOME it was made with, or a region of another name on this engine: divioctl region add NAME --endpoint ADDRESS --ingress-port PORT");
  }
  return std::optional(std::move(*container));
}

Result<std::unique_ptr<Agent>> join_agent(ports::Engine& engine, const Options& options) {
  ports::ExecSpec spec;
  spec.command = agent_command();
  spec.user = "0";
  DIVIO_TRY(session, engine.streams().exec(object_name(options.region), spec));
  return std::make_unique<Agent>(std::move(session));
}

Result<std::unique_ptr<FilesAgent>> FilesAgent::start(ports::Engine& engine, const Options& options) {
  const auto spec = files_spec(options);
  std::unique_ptr<FilesAgent> files(new FilesAgent(engine, spec.name));
  DIVIO_CHECK(engine.containers().remove(spec.name));  // one that a killed process left
  DIVIO_CHECK(engine.containers().create(spec));
  DIVIO_TRY(session, engine.streams().attach_and_start(spec.name, false));
  files->agent_ = std::make_unique<Agent>(std::move(session));
  return files;
}

// Should this fail, the next start() does it.
FilesAgent::~FilesAgent() {
  static_cast<void>(engine_.containers().remove(name_));
}

Result<std::unique_ptr<Agent>> bring_up(const Surroundings& with, const Options& options) {
  auto& containers = with.engine.containers();
  const auto name = object_name(options.region);
  DIVIO_TRY(before, find_container(with.engine, options));
  if (!before) DIVIO_CHECK(containers.create(ingress_spec(options)));
  // One that is being restarted over and over may have waits between: begin anew, and with a count from zero.
  if (before && before->state != ports::ContainerState::running)
    DIVIO_CHECK(containers.stop(name, std::chrono::seconds(1)));
  auto started = containers.start(name);
  auto agent = started ? await_answer(with, options) : Result<std::unique_ptr<Agent>>(Failure(started.error()));
  if (agent) return agent;
  static_cast<void>(before ? containers.stop(name, std::chrono::seconds(1)) : containers.remove(name));
  return agent;
}

Result<void> remove_objects(ports::Engine& engine, const Options& options) {
  DIVIO_CHECK(find_container(engine, options));
  DIVIO_CHECK(engine.containers().remove(object_name(options.region) + "-files"));
  DIVIO_CHECK(engine.containers().remove(object_name(options.region)));
  return engine.volumes().remove(object_name(options.region));
}

Error explain_failed_start(std::string_view log, const Options& options) {
  const bool is_taken = log.find("cannot bind socket") != std::string_view::npos;
  if (is_taken && log.find("Address already in use") != std::string_view::npos) {
    return {ErrorCode::conflict, fmt::format("port {} is taken on the engine's host", options.http_port),
            "end what listens there, or choose another port for the ingress with DIVIOCTL_INGRESS_PORT"};
  }
  if (is_taken) {
    return {ErrorCode::failed, fmt::format("the ingress cannot listen on port {}: {}", options.http_port, trim(log)),
            "choose another port for it with DIVIOCTL_INGRESS_PORT"};
  }
  const auto said = trim(log);
  return {ErrorCode::failed,
          fmt::format("the ingress does not start: {}", said.empty() ? "it says nothing in its log" : said),
          "see what is wrong with docker logs " + object_name(options.region)};
}

}  // namespace divio::ingress
