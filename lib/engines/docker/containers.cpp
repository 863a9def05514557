#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engines/docker/container_json.hpp"
#include "engines/docker/errors.hpp"
#include "engines/docker/json.hpp"
#include "engines/docker/parts.hpp"
#include "engines/docker/podman.hpp"
#include "engines/docker/podman_loopback.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

// Starting waits for mounts, networks and the container's process, on a disk that may be busy.
constexpr std::chrono::seconds container_patience{300};

class DockerContainers final : public ports::Containers {
 public:
  explicit DockerContainers(Api& api) : api_(api) {}

  Result<std::string> create(const ports::ContainerSpec& spec) override {
    Call call{"POST", "/containers/create", fmt::format("create container '{}'", spec.name)};
    call.timeout = container_patience;
    if (!spec.name.empty()) call.query = {{"name", spec.name}};
    DIVIO_TRY(greeted, api_.greeting());
    auto body = render_container(spec);
    if (greeted.podman) ask_podman(body, spec);
    DIVIO_ASSIGN(call.body, dump(body, call.doing));
    DIVIO_TRY(created, api_.exchange(call));
    if (created.status == 409 && created.repeated)
      if (auto twin = made_by_lost_call(spec)) return *twin;
    if (created.status / 100 != 2) return Failure(api_.named(engine_error(created.status, sentence_of(created.body), call.doing)));
    DIVIO_TRY(answer, parse_answer(created.body, call.doing));
    return text(answer, "Id");
  }

  Result<void> start(const std::string& id) override {
    DIVIO_TRY(greeted, api_.greeting());
    return greeted.podman ? start_with_loopback(api_, id, [&] { return start_once(id); }) : start_once(id);
  }

  Result<void> stop(const std::string& id, std::chrono::seconds grace) override {
    auto call = on(id, "POST", "/stop", "stop");
    call.query = {{"t", std::to_string(grace.count())}};
    call.timeout = grace + container_patience;
    return done(call);
  }

  Result<void> kill(const std::string& id, const std::string& signal) override {
    auto call = on(id, "POST", "/kill", "send " + signal + " to");
    call.query = {{"signal", signal}};
    return done(call);
  }

  Result<void> remove(const std::string& id) override {
    DIVIO_TRY(greeted, api_.greeting());
    auto call = on(id, "DELETE", "", "remove");
    call.query = {{"force", "1"}, {"v", "1"}};
    if (greeted.podman) {  // in Docker's words it would ask first, with the image's signal, and wait as long as a stop does
      call.path = "/libpod" + call.path;
      call.query = {{"force", "1"}, {"timeout", "0"}, {"volumes", "1"}};
    }
    call.timeout = container_patience;
    auto removed = api_.call_to_remove(call);
    // Somebody else is removing it right now ("removal of container ... is already in progress"): gone is what is
    // wanted.
    if (removed || removed.error().message.find("already in progress") == std::string::npos) return removed;
    auto wait = on(id, "POST", "/wait", "wait for the removal of");
    wait.query = {{"condition", "removed"}};
    return api_.call_to_remove(wait);
  }

  Result<std::vector<ports::Container>> list(const model::Labels& labels) override {
    Call call{"GET", "/containers/json", "list containers"};
    DIVIO_TRY(filters, api_.filters_for(labels));
    call.query = {{"all", "1"}, {"filters", filters}};
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    auto containers = carrying(read_containers(answer), labels);
    DIVIO_TRY(greeted, api_.greeting());
    if (greeted.podman)
      for (auto& container : containers) as_docker_tells(container);
    return containers;
  }

  Result<ports::Container> inspect(const std::string& id) override {
    const auto call = on(id, "GET", "/json", "look at");
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    auto container = read_container(answer);
    DIVIO_TRY(greeted, api_.greeting());
    if (greeted.podman) as_docker_tells(container);
    return container;
  }

  // The engine answers with the head at once and with the body when the container has exited.
  Result<int> wait(const std::string& id, std::stop_token stop) override {
    auto call = on(id, "POST", "/wait", "wait for");
    call.timeout = std::chrono::seconds(0);
    DIVIO_TRY(body, api_.call(call, stop));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    if (const auto error = text(at(answer, {"Error"}), "Message"); !error.empty())
      return Failure(engine_error(0, error, call.doing));
    return static_cast<int>(number(answer, "StatusCode"));
  }

 private:
  static Call on(const std::string& id, const char* method, const char* what, const std::string& verb) {
    return {method, fmt::format("/containers/{}{}", in_path(id), what), fmt::format("{} container '{}'", verb, id)};
  }
  // The id of a container that a call made whose answer was lost, and which was then made again: never started, and as
  // it was to be.
  std::optional<std::string> made_by_lost_call(const ports::ContainerSpec& spec) {
    const auto seen = inspect(spec.name);
    if (!seen || seen->state != ports::ContainerState::created || seen->image != spec.image) return std::nullopt;
    for (const auto& [key, value] : spec.labels) {
      const auto label = seen->labels.find(key);
      if (label == seen->labels.end() || label->second != value) return std::nullopt;
    }
    return seen->id;
  }
  // Where the answer was lost, the container tells whether it was started. Starting once more what has ended since
  // could do its work twice.
  Result<void> start_once(const std::string& id) {
    auto call = on(id, "POST", "/start", "start");
    call.timeout = container_patience;
    auto started = done(call);
    if (started || started.error().code != ErrorCode::unreachable) return started;
    const auto seen = inspect(id);
    if (seen && seen->state == ports::ContainerState::running) return {};
    if (seen && seen->state == ports::ContainerState::created) return done(call);
    return started;
  }
  Result<void> done(const Call& call) {
    DIVIO_TRY(ignored, api_.call(call));
    return {};
  }

  Api& api_;
};

}  // namespace

std::unique_ptr<ports::Containers> make_containers(Api& api) {
  return std::make_unique<DockerContainers>(api);
}

}  // namespace divio::engines
