#include "migration/cut_over_events.hpp"

namespace divio::migration::testing {
namespace {

constexpr int storm_lasts = 400, writers_last = 600;

}  // namespace

void Events::writers_begin() {
  const auto service = below(world.services.size());
  if (chance(2)) world.visit(service);
  for (std::size_t region = 0; region < 2; ++region) {
    if (world.regions[region].background && chance(8)) world.write_beside(region, service, Writer::background);
    if (chance(20)) world.write_beside(region, service, Writer::stranger);
  }
}

void Events::writers_go_on() {
  const auto service = below(world.services.size());
  for (std::size_t region = 0; region < 2; ++region) {
    auto& here = world.regions[region];
    if (!here.in_flight.empty() && chance(2)) world.begin_writing(region, below(here.in_flight.size()));
    if (auto& begun = here.data[service].begun; !begun.empty() && chance(2)) world.end_writing(region, service, below(begun.size()));
  }
}

void Events::streams_act() {
  for (std::size_t region = 0; region < 2; ++region)
    for (std::size_t i = 0; i < world.services.size(); ++i) {
      if (chance(2) && world.can_apply(region, i)) world.apply_one(region, i);
      if (chance(25)) world.write_to_disk(region, i);
    }
}

void Events::guards_act() {
  if (!attempts.empty() && chance(60)) {
    const auto& attempt = attempts.back();
    if (world.regions[attempt.source].decisions.contains(attempt.number)) let_guards_act(world, attempt, random);
  }
  for (const auto& attempt : attempts)
    if (world.regions[attempt.source].holding == attempt.number && chance(10) && may_let_go(world, attempt))
      world.let_go(attempt.source);
}

void Events::something_fails() {
  if (!late.empty() && chance(10)) {
    const auto which = late.begin() + static_cast<std::ptrdiff_t>(below(late.size()));
    (void)(*which)(world);
    late.erase(which);
  }
  if (chance(400)) world.cut = world.requests_may_fail = true;
  if (world.cut && chance(15)) world.cut = false;
  if (chance(600)) {
    auto& region = world.regions[below(2)];
    world.restart_ingress(static_cast<std::size_t>(&region - world.regions.data()));
    if (flaw == Flaw::decisions_forgotten)
      for (auto& [attempt, decision] : region.decisions) decision = Decision::open;
  }
  if (chance(flaw == Flaw::proven_before_disk ? 10 : 600)) world.cut_power_of_data(below(2), below(world.services.size()));
}

void Events::live() {
  if (++moments > storm_lasts && weather == Weather::stormy) {
    weather = Weather::calm;
    world.cut = false;
  }
  if (moments < writers_last) writers_begin();
  writers_go_on();
  streams_act();
  if (weather == Weather::stormy) {
    guards_act();
    something_fails();
  }
  world.check();
}

void Events::come_to_rest() {
  world.cut = false;
  for (const auto& effect : late) (void)effect(world);  // even now
  for (int round = 0; round < 2000; ++round) {
    for (std::size_t region = 0; region < 2; ++region) {
      if (!world.regions[region].in_flight.empty()) world.begin_writing(region, 0);
      for (std::size_t i = 0; i < world.services.size(); ++i) {
        if (!world.regions[region].data[i].begun.empty()) world.end_writing(region, i, 0);
        if (world.can_apply(region, i)) world.apply_one(region, i);
        world.write_to_disk(region, i);
      }
    }
  }
  world.check();
}

}  // namespace divio::migration::testing
