#include "migration/cut_over_acts.hpp"

#include <algorithm>

namespace divio::migration::testing {
namespace {

using Effects = std::vector<Effect>;

struct Sides {
  Attempt attempt;
  Act act{};
  std::size_t service = 0;

  Region& source(World& world) const { return world.regions[attempt.source]; }
  Region& target(World& world) const { return world.regions[1 - attempt.source]; }

  // Changes data, unless it knows better.
  Effect at(bool of_source, std::function<void(Data&)> change) const {
    return [sides = *this, of_source, change = std::move(change)](World& world) {
      auto& data = (of_source ? sides.source(world) : sides.target(world)).data[sides.service];
      const bool admitted = sides.attempt.flaw == Flaw::late_calls_admitted || admits(data.epoch, sides.attempt.number, sides.act);
      if (!admitted) return false;
      change(data);
      if (world.services[sides.service] != Carriage::replica) data.on_disk = data.log.size();  // a transaction of its own
      return true;
    };
  }
  // Changes something else.
  Effect doing(std::function<void(World&, const Sides&)> change) const {
    return [sides = *this, change = std::move(change)](World& world) {
      change(world, sides);
      return true;
    };
  }
  Effect at_source(std::function<void(Data&)> change) const { return at(true, std::move(change)); }
  Effect at_target(std::function<void(Data&)> change) const { return at(false, std::move(change)); }
};

void write_marker(Data& data, int id) {
  if (data.rows.insert(id).second) data.log.push_back({id, 0});
}

void decide(Region& source, int attempt, Decision word) {
  auto& decision = source.decisions.at(attempt);
  if (decision == Decision::open) decision = word;
}

void set_forwarding(Region& region, int attempt, bool forwarding) {
  if (attempt < region.forward_set_in) return;
  region.forward_set_in = attempt;
  region.forwarding = forwarding;
}

// Lets all data of both sides know of the attempt, or of its end.
Effects teach(const Sides& sides, bool ended) {
  Effects effects;
  auto each = sides;
  for (each.service = 0; each.service < sides.attempt.services; ++each.service) {
    const auto learn = [number = sides.attempt.number, ended](Data& data) { data.epoch = {number, ended}; };
    effects.push_back(each.at_source(learn));
    effects.push_back(each.at_target(learn));
  }
  return effects;
}

Effects begin_attempt(const Sides& sides) {
  auto effects = teach(sides, false);
  const auto number = sides.attempt.number;
  effects.push_back(sides.doing([=](World& world, const Sides& s) { s.source(world).decisions.emplace(number, Decision::open); }));
  effects.push_back(sides.doing([=](World& world, const Sides& s) { s.source(world).guarded[number] = true; }));
  effects.push_back(sides.doing([=](World& world, const Sides& s) { s.target(world).guarded[number] = true; }));
  return effects;
}

Effects end_attempt(const Sides& sides) {
  auto effects = teach(sides, true);
  const auto number = sides.attempt.number;
  effects.push_back(sides.doing([=](World& world, const Sides& s) { s.source(world).guarded.erase(number); }));
  effects.push_back(sides.doing([=](World& world, const Sides& s) { s.target(world).guarded.erase(number); }));
  effects.push_back(sides.doing([=](World& world, const Sides& s) { s.source(world).ended[number] = true; }));
  return effects;
}

// Sequences; and all there is, where nothing follows.
Effect settle(const Sides& sides) {
  return [=](World& world) {
    const auto from = sides.source(world).data[sides.service];
    const bool copied = world.services[sides.service] == Carriage::copy;
    return sides.at_target([&](Data& data) {
      if (copied) data.log = from.log, data.rows = from.rows, data.keys = from.keys;
      data.next_key = std::max(data.next_key, from.next_key);
      data.settled_in = sides.attempt.number;
    })(world);
  };
}

// A replica is compared with its primary, which needs no marker.
Effect prove(const Sides& sides) {
  return [=](World& world) {
    if (world.services[sides.service] == Carriage::replica) return true;
    return sides.at_source([&](Data& data) { write_marker(data, marker(sides.attempt.number)); })(world);
  };
}

Effects begin_way_back(const Sides& sides) {
  const auto number = sides.attempt.number;
  Effects effects{sides.at_target([](Data& data) { data.published = true; }),
                  sides.at_target([number](Data& data) {
                    if (!data.slot || data.slot->made_in != number)
                      data.slot = Slot{data.log.size(), number, !data.published};
                  }),
                  sides.at_source([](Data& data) { data.subscribed = data.applying = true; })};
  if (sides.attempt.flaw == Flaw::slot_before_publication) std::swap(effects[0], effects[1]);
  return effects;
}

Effects end_way_back(const Sides& sides) {
  return {sides.at_source([](Data& data) { data.subscribed = data.applying = false; }),
          sides.at_target([](Data& data) { data.slot.reset(), data.published = false; })};
}

Effects end_stream(const Sides& sides) {
  return {sides.at_target([](Data& data) { data.subscribed = data.applying = false; }),
          sides.at_source([](Data& data) { data.slot.reset(), data.published = false; })};
}

Effects before_decision(const Sides& sides) {
  const auto number = sides.attempt.number;
  switch (sides.act) {
    case Act::stop_background: return {sides.doing([](World& world, const Sides& s) { s.source(world).background = false; })};
    case Act::hold:
      return {[=](World& world) {
        const bool admitted = sides.source(world).decisions.at(number) == Decision::open;
        if (admitted) sides.source(world).holding = number;
        return admitted;
      }};
    case Act::fence: return {sides.at_source([](Data& data) { data.writable = false; })};
    case Act::prove: return {prove(sides)};
    case Act::settle: return {settle(sides)};
    case Act::suspend: return {sides.at_target([](Data& data) { data.applying = false; })};
    case Act::begin_way_back: return begin_way_back(sides);
    case Act::prove_way_back: return {sides.at_target([=](Data& data) { write_marker(data, way_back_marker(number)); })};
    case Act::commit:
      return {sides.doing([=](World& world, const Sides& s) { decide(s.source(world), number, Decision::committed); })};
    default: return {};
  }
}

// What can be written is nobody's replica.
Effect open(const Sides& sides, bool of_source) {
  return [=](World& world) {
    const bool replica = world.services[sides.service] == Carriage::replica;
    return sides.at(of_source, [&](Data& data) {
      if (replica) data.subscribed = false;
      data.writable = true;
      data.epoch = {sides.attempt.number, true};
    })(world);
  };
}

Effects after_decision(const Sides& sides) {
  const auto number = sides.attempt.number;
  switch (sides.act) {
    case Act::open: return {open(sides, false)};
    case Act::become_replica:
      return {sides.at_source([](Data& data) { data.subscribed = !data.writable; })};
    case Act::forward:
      return {sides.doing([=](World& world, const Sides& s) { set_forwarding(s.source(world), number, true); }),
              sides.doing([=](World& world, const Sides& s) { set_forwarding(s.target(world), number, false); })};
    case Act::end_stream: return end_stream(sides);
    case Act::start_at_target: return {sides.doing([](World& world, const Sides& s) { s.target(world).background = true; })};
    case Act::abort:
      return {sides.doing([=](World& world, const Sides& s) { decide(s.source(world), number, Decision::aborted); })};
    case Act::unfence: return {open(sides, true)};
    case Act::end_way_back: return end_way_back(sides);
    case Act::resume: return {sides.at_target([](Data& data) { data.applying = data.subscribed; })};
    case Act::start_at_source: return {sides.doing([](World& world, const Sides& s) { s.source(world).background = true; })};
    case Act::release:
      return {sides.doing([=](World& world, const Sides& s) {
        if (s.source(world).holding == number) world.let_go(s.attempt.source);
      })};
    default: return {};
  }
}

bool all_writable(const Region& region) {
  return std::ranges::all_of(region.data, [](const Data& data) { return data.writable; });
}

}  // namespace

Effects effects_of(const CutOverStep& step, const Attempt& attempt) {
  const Sides sides{attempt, step.act, step.prefix.empty() ? 0 : std::stoul(step.prefix)};
  if (step.act == Act::begin_attempt) return begin_attempt(sides);
  if (step.act == Act::end_attempt) return end_attempt(sides);
  auto effects = before_decision(sides);
  return effects.empty() ? after_decision(sides) : effects;
}

bool is_done(const World& world, const CutOverStep& step, const Attempt& attempt) {
  const auto& source = world.regions[attempt.source];
  const auto service = step.prefix.empty() ? 0 : std::stoul(step.prefix);
  switch (step.act) {
    case Act::await_quiet: return source.in_flight.empty();
    case Act::fence: return !source.data[service].writable && source.data[service].begun.empty();
    case Act::prove: return look(world, attempt.number, attempt.source).services[service].proven;
    case Act::prove_way_back: return source.data[service].rows.contains(way_back_marker(attempt.number));
    default: return true;
  }
}

void let_guards_act(World& world, const Attempt& attempt, std::mt19937_64& random) {
  auto& source = world.regions[attempt.source];
  auto& target = world.regions[1 - attempt.source];
  if (source.guarded.contains(attempt.number)) {
    decide(source, attempt.number, Decision::aborted);
    const bool aborted = source.decisions.at(attempt.number) == Decision::aborted;
    for (std::size_t i = 0; aborted && i < world.services.size(); ++i)
      if (random() % 2 == 0)
        for (const auto& effect : effects_of({Act::unfence, std::to_string(i)}, attempt)) (void)effect(world);
    if (!aborted) set_forwarding(source, attempt.number, true);
  }
  const auto found = source.decisions.find(attempt.number);
  const bool committed = found != source.decisions.end() && found->second == Decision::committed;
  if (world.cut || !committed || !target.guarded.contains(attempt.number)) return;
  for (std::size_t i = 0; i < world.services.size(); ++i)
    if (random() % 2 == 0)
      for (const auto& effect : effects_of({Act::open, std::to_string(i)}, attempt)) (void)effect(world);
  if (all_writable(target)) set_forwarding(target, attempt.number, false);
}

bool may_let_go(const World& world, const Attempt& attempt) {
  const auto& source = world.regions[attempt.source];
  const auto& target = world.regions[1 - attempt.source];
  if (world.requests_may_fail || source.ended.contains(attempt.number)) return true;
  switch (source.decisions.at(attempt.number)) {
    case Decision::aborted:
      return all_writable(source) && std::ranges::all_of(source.data, [&](const Data& data) {
        return data.epoch == Epoch{attempt.number, true};
      });
    case Decision::committed: return all_writable(target) && source.forwarding && !target.forwarding;
    default: return false;
  }
}

}  // namespace divio::migration::testing
