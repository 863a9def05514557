#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "engines/docker/container_json.hpp"
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
    DIVIO_TRY(filters, api_.filters_for(labels));
    call.query = {{"filters", filters}};
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    return carrying(read_networks(answer), labels);
  }

  Result<void> connect(const ports::Connection& wanted) override {
    const auto& [network, container, aliases] = wanted;
    DIVIO_TRY(had, aliases_in(network, container));
    std::set<std::string> names(aliases.begin(), aliases.end());
    if (had) {
      names.insert(had->begin(), had->end());
      if (names.size() == std::set(had->begin(), had->end()).size()) return {};
      DIVIO_CHECK(disconnect(network, container));
    }
    auto call = between(network, container, "connect", "to");
    DIVIO_ASSIGN(call.body, dump({{"Container", container}, {"EndpointConfig", {{"Aliases", names}}}}, call.doing));
    DIVIO_TRY(ignored, api_.call(call));
    return {};
  }

  Result<void> disconnect(const std::string& network, const std::string& container) override {
    auto call = between(network, container, "disconnect", "from");
    DIVIO_ASSIGN(call.body, dump({{"Container", container}, {"Force", true}}, call.doing));
    auto done = api_.call_to_remove(call);
    // Engines have no status of their own for a container that is not connected.
    if (done || done.error().code == ErrorCode::unreachable) return done;
    DIVIO_TRY(had, aliases_in(network, container));
    return had ? done : Result<void>();
  }

 private:
  static Call between(const std::string& network, const std::string& container, const char* verb, const char* word) {
    return {"POST", fmt::format("/networks/{}/{}", in_path(network), verb),
            fmt::format("{} container '{}' {} network '{}'", verb, container, word, network)};
  }

  // The names that the container has in the network; nullopt if it is not in it.
  Result<std::optional<std::vector<std::string>>> aliases_in(const std::string& network, const std::string& container) {
    const Call call{"GET", fmt::format("/containers/{}/json", in_path(container)),
                    fmt::format("look at container '{}'", container)};
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    auto networks = read_container(answer).aliases;
    const auto found = networks.find(network);
    if (found == networks.end()) return std::nullopt;
    return std::move(found->second);
  }

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
    DIVIO_TRY(volumes, look(labels));
    std::vector<std::string> names;
    for (auto& volume : volumes) names.push_back(std::move(volume.name));
    return names;
  }

  Result<std::vector<ports::Volume>> look(const model::Labels& labels) override {
    Call call{"GET", "/volumes", "list volumes"};
    DIVIO_TRY(filters, api_.filters_for(labels));
    call.query = {{"filters", filters}};
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    return carrying(read_volumes(answer), labels);
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
