#include "fakes/fake_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "support/try.hpp"

namespace divio::fakes {

using ports::ContainerState;

Error dead_engine() {
  return {ErrorCode::unreachable, "no engine answers at fake://", "start it"};
}

model::TimePoint now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

const std::string& address_of(const FakeContainer& container) {
  return container.spec.network.address.empty() ? container.dynamic_address : container.spec.network.address;
}

void World::announce(const std::string& name, const std::string& subject) {
  CallHook present;
  {
    const std::lock_guard lock(mutex);
    present = hook;
  }
  if (present) present(name, subject);
}

Result<void> World::record(const std::string& name, const std::string& subject, std::optional<Error>& lost) {
  calls.push_back({name, subject});
  if (dead) return Failure(dead_engine());
  std::optional<Error> struck;
  for (auto& fault : faults) {
    if (!fault.call.empty() && fault.call != name) continue;
    if (--fault.left != 0) continue;
    (fault.after ? lost : struck) = fault.error;
  }
  std::erase_if(faults, [](const EngineFault& fault) { return fault.left <= 0; });
  if (struck) return Failure(std::move(*struck));
  return {};
}

FakeContainer* World::find_container(const std::string& id_or_name) {
  if (const auto found = containers.find(id_or_name); found != containers.end()) return &found->second;
  for (auto& [id, container] : containers)
    if (container.seen.name == id_or_name) return &container;
  return nullptr;
}

Result<FakeContainer*> World::container(const std::string& id_or_name, std::string_view doing) {
  if (auto* found = find_container(id_or_name)) return found;
  return fail(ErrorCode::not_found, fmt::format("cannot {} container '{}': No such container", doing, id_or_name));
}

StoredImage* World::find_image(const std::string& name_or_id) {
  for (auto& image : images)
    if (image.id == name_or_id || image.names.contains(name_or_id) || image.names.contains(name_or_id + ":latest") ||
        image.digests.contains(name_or_id))
      return &image;
  return nullptr;
}

std::string World::new_id() {
  return fmt::format("{:064x}", ++made);
}

std::string World::store_image(const std::string& name, FakeImage image) {
  // Images keep their ids when they travel from engine to engine, so no two engines may give the same one.
  static std::atomic<long> stored{0};
  for (auto& other : images) other.names.erase(name);
  images.push_back({fmt::format("sha256:{:064x}", ++stored), {name}, std::move(image), now(), {}});
  return images.back().id;
}

namespace {

Result<void> take_address(World& world, FakeContainer& container) {
  const auto network = world.networks.find(container.spec.network.name);
  if (network == world.networks.end()) return {};
  std::set<std::string> taken;
  for (const auto& [id, other] : world.containers)
    if (id != container.seen.id && is_up(other.seen.state) && other.spec.network.name == container.spec.network.name)
      taken.insert(address_of(other));
  if (!container.spec.network.address.empty()) {
    if (!taken.contains(container.spec.network.address)) return {};
    return fail(ErrorCode::conflict,
                fmt::format("cannot start container '{}': Address already in use", container.seen.name));
  }
  // The first two addresses are the subnet's own and its gateway's.
  const auto& pool = network->second.dynamic;
  for (auto address = std::max(pool.first, network->second.subnet.first + 2); address < pool.last; ++address) {
    container.dynamic_address = address_text(address);
    if (!taken.contains(container.dynamic_address)) return {};
  }
  container.dynamic_address.clear();
  return fail(ErrorCode::failed, "cannot start container: no address is left in its network");
}

bool clash(const ports::PublishedPort& one, const ports::PublishedPort& other) {
  const auto is_everywhere = [](const auto& port) { return port.address.empty() || port.address == "0.0.0.0"; };
  return one.host == other.host && (one.address == other.address || is_everywhere(one) || is_everywhere(other));
}

// By a container that runs.
bool is_published(const World& world, const ports::PublishedPort& port) {
  return std::ranges::any_of(world.containers, [&](const auto& entry) {
    const auto& [spec, seen] = std::tie(entry.second.spec, entry.second.seen);
    return is_up(seen.state) && std::ranges::any_of(spec.published, [&port](const auto& other) { return clash(port, other); });
  });
}

}  // namespace

World::Place World::place_of(FakeContainer& container, const std::string& path) {
  for (const auto& mount : container.spec.mounts)
    if (path.starts_with(mount.path + "/")) return {volume_files[mount.volume], path.substr(mount.path.size() + 1)};
  return {container.files, path};
}

Result<void> World::start(FakeContainer& container) {
  if (container.seen.state == ContainerState::running) return {};
  for (const auto& port : container.spec.published)
    if (is_published(*this, port))
      return fail(ErrorCode::conflict, fmt::format("cannot start container '{}': Bind for 0.0.0.0:{} failed: port is already allocated",
                                                   container.seen.name, port.host));
  const auto& network = container.spec.network.name;
  if (!network.empty() && network != "host" && network != "none" && !networks.contains(network))
    return fail(ErrorCode::not_found,
                fmt::format("cannot start container '{}': network {} not found", container.seen.name, network));
  DIVIO_CHECK(take_address(*this, container));
  const auto* image = find_image(container.seen.image_id);
  if (image != nullptr && image->image.behaviour) {
    container.run = image->image.behaviour(container.spec);
  } else {
    container.run = {};
    if (image != nullptr)
      for (const int port : image->image.exposed_ports) container.run.listens.insert(static_cast<std::uint16_t>(port));
  }
  ++container.runs;
  container.seen.state = ContainerState::running;
  container.seen.exit_code = 0;
  container.seen.out_of_memory = false;
  container.seen.started_at = now();
  if (!container.run.out.empty()) container.log.push_back({ports::Output::out, container.run.out, now()});
  if (!container.run.err.empty()) container.log.push_back({ports::Output::err, container.run.err, now()});
  if (!container.run.exits_with) return {};
  container.seen.out_of_memory = container.run.out_of_memory;
  end(container, *container.run.exits_with);
  // What ends at once under a restart policy is tried again and again.
  if (container.spec.restart != ports::RestartPolicy::unless_stopped) return {};
  container.seen.state = ContainerState::restarting;
  ++container.seen.restarts;
  return {};
}

void World::end(FakeContainer& container, int code) {
  container.seen.state = ContainerState::exited;
  container.seen.exit_code = code;
  container.seen.finished_at = now();
  container.dynamic_address.clear();
}

void World::remove_transient() {
  std::erase_if(containers, [](const auto& entry) {
    return entry.second.spec.transient && entry.second.seen.state == ContainerState::exited;
  });
}

}  // namespace divio::fakes
