#include <fmt/format.h>

#include <algorithm>

#include "fakes/fake_world.hpp"
#include "support/try.hpp"

namespace divio::fakes {
namespace {

using ports::ContainerState;

class FakeContainers final : public ports::Containers {
 public:
  explicit FakeContainers(World& world) : world_(world) {}

  Result<std::string> create(const ports::ContainerSpec& spec) override {
    return world_.call("containers.create", spec.name, [&]() -> Result<std::string> {
      const auto* image = world_.find_image(spec.image);
      if (image == nullptr)
        return fail(ErrorCode::not_found,
                    fmt::format("cannot create container '{}': No such image: {}", spec.name, spec.image));
      if (!spec.name.empty() && world_.find_container(spec.name) != nullptr)
        return fail(ErrorCode::conflict,
                    fmt::format("cannot create container '{}': The container name is already in use", spec.name));
      for (const auto& mount : spec.mounts) world_.volumes.try_emplace(mount.volume);
      FakeContainer made;
      made.spec = spec;
      made.seen.id = world_.new_id();
      made.seen.name = spec.name.empty() ? "unnamed_" + made.seen.id.substr(56) : spec.name;
      made.seen.image = spec.image;
      made.seen.image_id = image->id;
      made.seen.labels = image->image.labels;
      for (const auto& [key, value] : spec.labels) made.seen.labels[key] = value;
      const auto id = made.seen.id;
      world_.containers.emplace(id, std::move(made));
      return id;
    });
  }

  Result<void> start(const std::string& id) override {
    return world_.call("containers.start", id, [&]() -> Result<void> {
      DIVIO_TRY(container, world_.container(id, "start"));
      return world_.start(*container);
    });
  }

  Result<void> stop(const std::string& id, std::chrono::seconds) override {
    return world_.call("containers.stop", id, [&]() -> Result<void> {
      DIVIO_TRY(container, world_.container(id, "stop"));
      if (is_up(container->seen.state)) world_.end(*container, container->run.ignores_sigterm ? 137 : 143);
      return {};
    });
  }

  Result<void> kill(const std::string& id, const std::string& signal) override {
    return world_.call("containers.kill", id, [&]() -> Result<void> {
      DIVIO_TRY(container, world_.container(id, "kill"));
      if (!is_up(container->seen.state))
        return fail(ErrorCode::conflict, fmt::format("cannot kill container '{}': it is not running", id));
      const bool ends = signal == "KILL" || signal == "SIGKILL" || !container->run.ignores_sigterm;
      if (ends) world_.end(*container, signal.ends_with("KILL") ? 137 : 143);
      return {};
    });
  }

  Result<void> remove(const std::string& id) override {
    return world_.call("containers.remove", id, [&]() -> Result<void> {
      if (const auto* container = world_.find_container(id)) world_.containers.erase(std::string(container->seen.id));
      return {};
    });
  }

  Result<std::vector<ports::Container>> list(const model::Labels& labels) override {
    return world_.call("containers.list", "", [&]() -> Result<std::vector<ports::Container>> {
      std::vector<ports::Container> found;
      for (const auto& [id, container] : world_.containers) {
        if (!carries(container.seen.labels, labels)) continue;
        auto seen = view(container);
        // As with the real one, a list tells less than a look at one.
        seen.exit_code = 0;
        seen.out_of_memory = false;
        seen.restarts = 0;
        seen.started_at = seen.finished_at = std::nullopt;
        found.push_back(std::move(seen));
      }
      std::ranges::sort(found, {}, &ports::Container::name);
      return found;
    });
  }

  Result<ports::Container> inspect(const std::string& id) override {
    return world_.call("containers.inspect", id, [&]() -> Result<ports::Container> {
      DIVIO_TRY(container, world_.container(id, "look at"));
      auto seen = view(*container);
      seen.aliases = aliases(container->spec);
      seen.aliases.insert(container->connected.begin(), container->connected.end());
      for (const auto& [network, names] : seen.aliases)
        if (const auto known = world_.networks.find(network); known != world_.networks.end() && is_up(container->seen.state))
          seen.gateways[network] = address_text(known->second.subnet.first + 1);
      return seen;
    });
  }

  Result<int> wait(const std::string& id, std::stop_token stop) override {
    DIVIO_CHECK(world_.call("containers.wait", id, [&]() -> Result<void> {
      DIVIO_TRY(found, world_.container(id, "wait for"));
      (void)found;
      return {};
    }));
    std::unique_lock lock(world_.mutex);
    const bool over = world_.changed.wait(lock, stop, [&] {
      const auto* container = world_.find_container(id);
      return world_.dead || container == nullptr || !is_up(container->seen.state);
    });
    if (!over) return fail(ErrorCode::cancelled, fmt::format("cancelled: wait for container '{}'", id));
    if (world_.dead) return Failure(dead_engine());
    DIVIO_TRY(container, world_.container(id, "wait for"));
    return container->seen.exit_code;
  }

 private:
  static std::map<std::string, std::vector<std::string>> aliases(const ports::ContainerSpec& spec) {
    if (!spec.join_network_of.empty() || spec.network.name == "none") return {};
    return {{spec.network.name.empty() ? "bridge" : spec.network.name, spec.network.aliases}};
  }

  static ports::Container view(const FakeContainer& container) {
    auto seen = container.seen;
    const auto& network = container.spec.network.name;
    if (!network.empty() && network != "host" && container.spec.join_network_of.empty() &&
        !address_of(container).empty())
      seen.addresses[network] = address_of(container);
    return seen;
  }

  World& world_;
};

}  // namespace

std::unique_ptr<ports::Containers> make_fake_containers(World& world) {
  return std::make_unique<FakeContainers>(world);
}

}  // namespace divio::fakes
