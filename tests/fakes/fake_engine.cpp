#include "fakes/fake_engine.hpp"

#include <algorithm>

#include "fakes/fake_world.hpp"

namespace divio::fakes {

FakeEngine::FakeEngine()
    : world_(std::make_unique<World>()),
      containers_(make_fake_containers(*world_)),
      streams_(make_fake_streams(*world_)),
      images_(make_fake_images(*world_)),
      networks_(make_fake_networks(*world_)),
      volumes_(make_fake_volumes(*world_)) {}

FakeEngine::~FakeEngine() = default;

Result<ports::EngineInfo> FakeEngine::info() {
  return world_->call("engine.info", "", [this]() -> Result<ports::EngineInfo> {
    ports::EngineInfo info{"fake", "1.0", "1.41", world_->architecture, "Memory", "/nowhere", 2, world_->memory_bytes};
    info.clock = now() + world_->clock_ahead;
    info.clock_ahead = world_->clock_ahead;
    info.round_trip = std::chrono::microseconds(1);
    return info;
  });
}

std::string FakeEngine::add_image(const std::string& name, FakeImage image) {
  const std::lock_guard lock(world_->mutex);
  return world_->store_image(name, std::move(image));
}

void FakeEngine::set_architecture(const std::string& name) {
  const std::lock_guard lock(world_->mutex);
  world_->architecture = name;
}

void FakeEngine::set_memory(std::uint64_t bytes) {
  const std::lock_guard lock(world_->mutex);
  world_->memory_bytes = bytes;
}

void FakeEngine::set_clock_ahead(std::chrono::milliseconds time) {
  const std::lock_guard lock(world_->mutex);
  world_->clock_ahead = time;
}

void FakeEngine::age_volume(const std::string& name, std::chrono::seconds by) {
  const std::lock_guard lock(world_->mutex);
  world_->volume_times[name] -= by;
}

void FakeEngine::add_to_registry(const std::string& name, FakeImage image) {
  const std::lock_guard lock(world_->mutex);
  world_->registry[name] = std::move(image);
}

void FakeEngine::use_registry(std::shared_ptr<FakeRegistry> registry) {
  const std::lock_guard lock(world_->mutex);
  world_->shared_registry = std::move(registry);
}

void FakeEngine::on_build(BuildBehaviour behaviour) {
  const std::lock_guard lock(world_->mutex);
  world_->build = std::move(behaviour);
}

void FakeEngine::crash(const std::string& container, int code, bool out_of_memory) {
  const std::lock_guard lock(world_->mutex);
  auto* found = world_->find_container(container);
  if (found == nullptr || !is_up(found->seen.state)) return;
  world_->end(*found, code);
  found->seen.out_of_memory = out_of_memory;
  if (found->spec.restart == ports::RestartPolicy::unless_stopped) {
    ++found->seen.restarts;
    (void)world_->start(*found);
  }
  world_->changed.notify_all();
}

void FakeEngine::set_listening(const std::string& container, std::set<std::uint16_t> ports) {
  const std::lock_guard lock(world_->mutex);
  if (auto* found = world_->find_container(container)) found->run.listens = std::move(ports);
}

bool FakeEngine::listens(const std::string& address, std::uint16_t port) const {
  const std::lock_guard lock(world_->mutex);
  return std::ranges::any_of(world_->containers, [&](const auto& entry) {
    const FakeContainer& container = entry.second;
    return container.seen.state == ports::ContainerState::running && address_of(container) == address &&
           container.run.listens.contains(port);
  });
}

void FakeEngine::fail_call(const std::string& call, int nth, Error error) {
  const std::lock_guard lock(world_->mutex);
  world_->faults.push_back({call, nth, std::move(error), false});
}

void FakeEngine::lose_answer(const std::string& call, int nth) {
  const std::lock_guard lock(world_->mutex);
  world_->faults.push_back({call, nth, dead_engine(), true});
}

void FakeEngine::forget_faults() {
  const std::lock_guard lock(world_->mutex);
  world_->faults.clear();
}

void FakeEngine::die() {
  const std::lock_guard lock(world_->mutex);
  world_->dead = true;
  world_->changed.notify_all();
}

void FakeEngine::revive() {
  const std::lock_guard lock(world_->mutex);
  world_->dead = false;
}

void FakeEngine::reboot() {
  const std::lock_guard lock(world_->mutex);
  world_->dead = false;
  for (auto& [id, container] : world_->containers) {
    if (!is_up(container.seen.state)) continue;
    world_->end(container, 255);
    if (container.spec.restart == ports::RestartPolicy::unless_stopped) (void)world_->start(container);
  }
  world_->changed.notify_all();
}

void FakeEngine::on_call(CallHook hook) {
  const std::lock_guard lock(world_->mutex);
  world_->hook = std::move(hook);
}

std::vector<RecordedCall> FakeEngine::calls() const {
  const std::lock_guard lock(world_->mutex);
  return world_->calls;
}

int FakeEngine::count(const std::string& call) const {
  const std::lock_guard lock(world_->mutex);
  return static_cast<int>(std::ranges::count(world_->calls, call, &RecordedCall::call));
}

void FakeEngine::forget_calls() {
  const std::lock_guard lock(world_->mutex);
  world_->calls.clear();
}

}  // namespace divio::fakes
