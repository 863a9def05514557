#include <fmt/format.h>

#include <algorithm>

#include "fakes/fake_world.hpp"
#include "support/try.hpp"

namespace divio::fakes {
namespace {

class FakeNetworks final : public ports::Networks {
 public:
  explicit FakeNetworks(World& world) : world_(world) {}

  Result<void> create(const ports::NetworkSpec& spec) override {
    return world_.call("networks.create", spec.name, [&]() -> Result<void> {
      if (world_.networks.contains(spec.name)) return {};
      FakeNetwork made{spec, {world_.new_id(), spec.name, spec.subnet, spec.labels}, {}, {}};
      if (made.seen.subnet.empty()) made.seen.subnet = fmt::format("172.{}.0.0/16", 17 + world_.networks.size());
      const auto subnet = parse_subnet(made.seen.subnet);
      const auto dynamic = parse_subnet(spec.dynamic_range.empty() ? made.seen.subnet : spec.dynamic_range);
      if (!subnet || !dynamic)
        return fail(ErrorCode::failed, fmt::format("cannot create network '{}': invalid subnet", spec.name));
      made.subnet = *subnet;
      made.dynamic = *dynamic;
      for (const auto& [name, other] : world_.networks)
        if (other.subnet.overlaps(made.subnet))
          return fail(ErrorCode::conflict,
                      fmt::format("cannot create network '{}': Pool overlaps with other one", spec.name));
      world_.networks.emplace(spec.name, std::move(made));
      return {};
    });
  }

  Result<void> remove(const std::string& name) override {
    return world_.call("networks.remove", name, [&]() -> Result<void> {
      const bool used = std::ranges::any_of(world_.containers, [&](const auto& entry) {
        const auto& container = entry.second;
        const bool connected = container.spec.network.name == name || container.connected.contains(name);
        return connected && is_up(container.seen.state);
      });
      if (used)
        return fail(ErrorCode::conflict, fmt::format("cannot remove network '{}': it has active endpoints", name));
      world_.networks.erase(name);
      return {};
    });
  }

  Result<std::vector<ports::Network>> list(const model::Labels& labels) override {
    return world_.call("networks.list", "", [&]() -> Result<std::vector<ports::Network>> {
      std::vector<ports::Network> found;
      for (const auto& [name, network] : world_.networks)
        if (carries(network.seen.labels, labels)) found.push_back(network.seen);
      return found;
    });
  }

  Result<void> connect(const ports::Connection& wanted) override {
    const auto& [network, id, aliases] = wanted;
    return world_.call("networks.connect", id, [&]() -> Result<void> {
      DIVIO_TRY(container, world_.container(id, "connect"));
      if (!world_.networks.contains(network))
        return fail(ErrorCode::not_found,
                    fmt::format("cannot connect container '{}': network {} not found", id, network));
      const bool first = container->spec.network.name == network;
      auto& names = first ? container->spec.network.aliases : container->connected[network];
      for (const auto& name : aliases)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      return {};
    });
  }

  Result<void> disconnect(const std::string& network, const std::string& id) override {
    return world_.call("networks.disconnect", id, [&]() -> Result<void> {
      auto* container = world_.find_container(id);
      if (container == nullptr) return {};
      container->connected.erase(network);
      const auto& first = container->spec.network.name;
      if (first == network || (first.empty() && network == "bridge")) container->spec.network = {"none", {}, {}};
      return {};
    });
  }

 private:
  World& world_;
};

class FakeVolumes final : public ports::Volumes {
 public:
  explicit FakeVolumes(World& world) : world_(world) {}

  Result<void> create(const std::string& name, const model::Labels& labels) override {
    return world_.call("volumes.create", name, [&]() -> Result<void> {
      if (world_.volumes.try_emplace(name, labels).second) world_.volume_times[name] = now();
      return {};
    });
  }

  Result<void> remove(const std::string& name) override {
    return world_.call("volumes.remove", name, [&]() -> Result<void> {
      for (const auto& [id, container] : world_.containers)
        if (std::ranges::find(container.spec.mounts, name, &ports::VolumeMount::volume) != container.spec.mounts.end())
          return fail(ErrorCode::conflict, fmt::format("cannot remove volume '{}': volume is in use", name));
      world_.volumes.erase(name);
      world_.volume_files.erase(name);
      world_.volume_times.erase(name);
      return {};
    });
  }

  Result<std::vector<std::string>> list(const model::Labels& labels) override {
    return world_.call("volumes.list", "", [&]() -> Result<std::vector<std::string>> {
      std::vector<std::string> found;
      for (const auto& [name, carried] : world_.volumes)
        if (carries(carried, labels)) found.push_back(name);
      return found;
    });
  }

  Result<std::vector<ports::Volume>> look(const model::Labels& labels) override {
    return world_.call("volumes.look", "", [&]() -> Result<std::vector<ports::Volume>> {
      std::vector<ports::Volume> found;
      for (const auto& [name, carried] : world_.volumes)
        if (carries(carried, labels)) found.push_back({name, carried, world_.volume_times[name]});
      return found;
    });
  }

 private:
  World& world_;
};

}  // namespace

std::unique_ptr<ports::Networks> make_fake_networks(World& world) {
  return std::make_unique<FakeNetworks>(world);
}
std::unique_ptr<ports::Volumes> make_fake_volumes(World& world) {
  return std::make_unique<FakeVolumes>(world);
}

}  // namespace divio::fakes
