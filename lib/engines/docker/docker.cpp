#include "engines/docker/docker.hpp"

#include <nlohmann/json.hpp>

#include "engines/docker/api.hpp"
#include "engines/docker/endpoint.hpp"
#include "engines/docker/engine_json.hpp"
#include "engines/docker/json.hpp"
#include "engines/docker/parts.hpp"
#include "support/try.hpp"

namespace divio::engines {

using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::system_clock;

namespace {

class DockerEngine final : public ports::Engine {
 public:
  DockerEngine(const Endpoint& endpoint, system::HttpTarget target, BuildWith build)
      : api_(endpoint, std::move(target)),
        containers_(make_containers(api_)),
        streams_(make_streams(api_)),
        images_(make_images(api_, build, endpoint.logins)),
        networks_(make_networks(api_)),
        volumes_(make_volumes(api_)) {}

  Result<ports::EngineInfo> info() override {
    DIVIO_TRY(greeted, api_.greeting());
    const Call ask{"GET", "/info", "ask the engine about itself"};
    const auto asked_at = system_clock::now();
    DIVIO_TRY(body, api_.call(ask));
    const auto answered_at = system_clock::now();
    DIVIO_TRY(answer, parse_answer(body, ask.doing));
    auto info = read_info(answer);
    if (info.clock) info.clock_ahead = floor<milliseconds>(*info.clock - (asked_at + (answered_at - asked_at) / 2));
    DIVIO_ASSIGN(info.round_trip, api_.round_trip());
    info.name = greeted.podman ? "podman" : "docker";
    info.api_version = greeted.api_version;
    return info;
  }
  ports::Containers& containers() override { return *containers_; }
  ports::Streams& streams() override { return *streams_; }
  ports::Images& images() override { return *images_; }
  ports::Networks& networks() override { return *networks_; }
  ports::Volumes& volumes() override { return *volumes_; }

 private:
  Api api_;
  std::unique_ptr<ports::Containers> containers_;
  std::unique_ptr<ports::Streams> streams_;
  std::unique_ptr<ports::Images> images_;
  std::unique_ptr<ports::Networks> networks_;
  std::unique_ptr<ports::Volumes> volumes_;
};

}  // namespace

Result<std::unique_ptr<ports::Engine>> open_docker(const Endpoint& endpoint, BuildWith build) {
  DIVIO_TRY(target, target_of(endpoint));
  return std::make_unique<DockerEngine>(endpoint, std::move(target), build);
}

}  // namespace divio::engines
