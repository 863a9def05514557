#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engines/docker/engine_json.hpp"
#include "engines/docker/errors.hpp"
#include "engines/docker/json.hpp"
#include "engines/docker/parts.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

class DockerNetworks final : public ports::Networks {
 public:
  explicit DockerNetworks(Api& api) : api_(api) {}

  Result<void> create(const ports::NetworkSpec& spec) override {
    Call call{"POST", "/networks/create", fmt::format("create network '{}'", spec.name)};
    DIVIO_ASSIGN(call.body, dump(render_network(spec), call.doing));
    auto created = api_.call(call);
    if (created) return {};
    // Refused because of its name, or, when two create it at once, because its subnet overlaps its own twin's.
    if (created.error().code == ErrorCode::conflict && exists(spec.name)) return {};
    return Failure(std::move(created).error());
  }

  Result<void> remove(const std::string& name) override {
    return api_.call_to_remove({"DELETE", "/networks/" + in_path(name), fmt::format("remove network '{}'", name)});
  }

  Result<std::vector<ports::Network>> list(const model::Labels& labels) override {
    Call call{"GET", "/networks", "list networks"};
    DIVIO_TRY(filters, label_filters(labels));
    call.query = {{"filters", filters}};
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    return read_networks(answer);
  }

 private:
  bool exists(const std::string& name) {
    auto found = api_.exchange({"GET", "/networks/" + in_path(name), fmt::format("look at network '{}'", name)});
    return found && found->status == 200;
  }

  Api& api_;
};

class DockerVolumes final : public ports::Volumes {
 public:
  explicit DockerVolumes(Api& api) : api_(api) {}

  // The engine gives back the volume that is there.
  Result<void> create(const std::string& name, const model::Labels& labels) override {
    Call call{"POST", "/volumes/create", fmt::format("create volume '{}'", name)};
    DIVIO_ASSIGN(call.body, dump({{"Name", name}, {"Labels", labels}}, call.doing));
    DIVIO_TRY(ignored, api_.call(call));
    return {};
  }

  Result<void> remove(const std::string& name) override {
    return api_.call_to_remove({"DELETE", "/volumes/" + in_path(name), fmt::format("remove volume '{}'", name)});
  }

  Result<std::vector<std::string>> list(const model::Labels& labels) override {
    Call call{"GET", "/volumes", "list volumes"};
    DIVIO_TRY(filters, label_filters(labels));
    call.query = {{"filters", filters}};
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    return read_volumes(answer);
  }

 private:
  Api& api_;
};

}  // namespace

std::unique_ptr<ports::Networks> make_networks(Api& api) {
  return std::make_unique<DockerNetworks>(api);
}
std::unique_ptr<ports::Volumes> make_volumes(Api& api) {
  return std::make_unique<DockerVolumes>(api);
}

}  // namespace divio::engines
