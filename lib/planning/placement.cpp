#include "planning/placement.hpp"

#include <algorithm>
#include <set>

#include "planning/addresses.hpp"

namespace divio::planning {
namespace {

using State = SeenInstance::State;
using Health = SeenInstance::Health;

bool hangs(const SeenInstance& instance, const model::Process& process, model::TimePoint now) {
  return process.port && instance.health == Health::failing &&
         now - instance.started_at > process.health.start_timeout;
}

bool can_stay(const SeenInstance& instance, const WantedProcess& process, const Wanted& wanted, model::TimePoint now) {
  return instance.process == process.process.name.str() && instance.release == wanted.release &&
         instance.generation == wanted.generation && instance.state != State::ended &&
         !hangs(instance, process.process, now);
}

// Better ones first: those that run and pass, then by slot.
bool better(const SeenInstance& a, const SeenInstance& b) {
  const auto rank = [](const SeenInstance& i) {
    if (i.state != State::running) return 2;
    return i.health == Health::failing ? 1 : 0;
  };
  return std::pair(rank(a), a.slot) < std::pair(rank(b), b.slot);
}

std::vector<PlacedInstance> place_process(const WantedProcess& process, const Wanted& wanted, const Seen& seen,
                                          model::TimePoint now) {
  std::vector<SeenInstance> staying;
  std::set<int> slots;
  for (const auto& instance : seen.instances) {
    if (can_stay(instance, process, wanted, now)) staying.push_back(instance);
    if (instance.process == process.process.name.str() && instance.release == wanted.release &&
        instance.generation == wanted.generation)
      slots.insert(instance.slot);
  }
  std::ranges::sort(staying, better);
  const auto replicas = static_cast<std::size_t>(std::max(0, process.replicas));
  if (staying.size() > replicas) staying.erase(staying.begin() + static_cast<std::ptrdiff_t>(replicas), staying.end());

  std::vector<PlacedInstance> placed;
  for (const auto& i : staying) placed.push_back({i.name, process.process, i.slot, i.address, i.state == State::starting});
  for (int slot = 1; placed.size() < replicas; ++slot) {
    if (slots.contains(slot)) continue;
    const auto name = instance_name(wanted.key, process.process.name.str(), wanted.release, wanted.generation, slot);
    placed.push_back({name, process.process, slot, "", true});
  }
  std::ranges::sort(placed, {}, &PlacedInstance::slot);
  return placed;
}

}  // namespace

Placement place(const Wanted& wanted, const Seen& seen, const std::string& subnet, model::TimePoint now) {
  Placement placement;
  for (const auto& process : wanted.processes) {
    auto placed = place_process(process, wanted, seen, now);
    std::ranges::move(placed, std::back_inserter(placement.instances));
  }
  auto used = seen.other_addresses;
  for (const auto& instance : seen.instances) used.push_back(instance.address);
  const auto fresh = std::ranges::count_if(placement.instances, [](const auto& i) { return i.address.empty(); });
  const auto addresses = choose_addresses(subnet, used, static_cast<std::size_t>(fresh));
  auto next = addresses.begin();
  for (auto& instance : placement.instances)
    if (instance.address.empty() && next != addresses.end()) instance.address = *next++;

  for (const auto& instance : seen.instances) {
    const bool stays = std::ranges::find(placement.instances, instance.name, &PlacedInstance::name) != placement.instances.end();
    if (!stays) placement.surplus.push_back(instance);
  }
  std::ranges::sort(placement.surplus, {}, &SeenInstance::name);
  return placement;
}

}  // namespace divio::planning
