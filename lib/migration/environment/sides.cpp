#include "migration/environment/sides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/try.hpp"
#include "system/address.hpp"

namespace divio::migration::environment {
namespace {

using planning::Decision;
using planning::SeenCutOver;
using planning::SeenHandOver;
using planning::WayBack;

// What works beside requests: how many run there, and how many should.
struct Background {
  int running = 0;
  int wanted = 0;
};

Result<Background> see_background(TwoRegions& regions, Side side) {
  auto& runtime = regions.at(side);
  DIVIO_TRY(release, regions.release(side));
  DIVIO_TRY(environment, regions.catalogue().projects().environment(regions.key()));
  Background seen;
  DIVIO_TRY(containers, runtime.engine.containers().list(controller::environment_labels(runtime, regions.key())));
  for (const auto& process : release.config.processes) {
    if (is_web(process)) continue;
    const auto scaled = environment->scale.find(process.name);
    seen.wanted += environment->stopped ? 0 : scaled == environment->scale.end() ? process.replicas : scaled->second;
    const model::Labels own{{std::string(model::label::process), process.name.str()},
                            {std::string(model::label::role), std::string(model::role::instance)}};
    seen.running += static_cast<int>(std::ranges::count_if(containers, [&](const auto& container) {
      return container.state == ports::ContainerState::running && model::carries(container.labels, own);
    }));
  }
  return seen;
}

Result<Decision> see_decision(AttemptParts& parts) {
  const auto word = parts.regions.at(parts.from).ingress.traffic().decisions().decision(parts.id());
  if (!word && word.error().code == ErrorCode::not_found) return Decision::none;
  if (!word) return Failure(word.error());
  return *word == ports::Word::committed ? Decision::committed : *word == ports::Word::aborted ? Decision::aborted : Decision::open;
}

// Of what nothing is to run, it depends on what is asked: all of it is stopped, and all of it runs.
void add_background(SeenCutOver& seen, const Background& from, const Background& to) {
  const bool nothing_to_stop = seen.decision == Decision::none && from.wanted == 0;
  seen.background_at_source = seen.decision == Decision::aborted ? from.running >= from.wanted : nothing_to_stop || from.running > 0;
  seen.background_at_target = seen.decision == Decision::committed && to.running >= to.wanted;
}

SeenHandOver handed_over(const AttemptParts& parts, const MovingDatabase& database, const postgres::Standing& from, const postgres::Standing& to) {
  const bool there = parts.stream() == postgres::Direction::forward;
  SeenHandOver seen{.prefix = database.prefix};
  seen.fence = from.fence;
  seen.over = from.epoch.attempt > parts.number || (from.epoch.attempt == parts.number && from.epoch.ended);
  seen.proven = there ? to.forward_mark : to.backward_mark;
  seen.stream = there ? to.forward : to.backward;
  const auto back = there ? from.backward : from.forward;
  const bool published = there ? to.publishes_backward : to.publishes_forward;
  seen.way_back = back == planning::Stream::absent ? WayBack::absent : back == planning::Stream::following && published ? WayBack::following : WayBack::begun;
  seen.way_back_proven = there ? from.backward_mark : from.forward_mark;
  seen.open = to.fence == planning::Fence::down;
  return seen;
}

bool knows(const planning::Epoch& epoch, int attempt, bool ended) { return epoch.attempt == attempt && epoch.ended == ended; }

// What the ingresses and engines say, each asked on a thread of its own.
Result<SeenCutOver> see_around(AttemptParts& parts) {
  auto& regions = parts.regions;
  const auto at = [&](Side side) { return regions.at(side).ingress.traffic().state(regions.key()); };
  auto background = std::async(std::launch::async, [&] { return see_background(regions, parts.from); });
  auto background_there = std::async(std::launch::async, [&] { return see_background(regions, parts.to()); });
  auto traffic_there = std::async(std::launch::async, [&] { return at(parts.to()); });
  const auto traffic = at(parts.from);
  auto decision = see_decision(parts);
  const auto from = background.get();
  const auto to = background_there.get();
  const auto there = traffic_there.get();
  DIVIO_CHECK(traffic);
  DIVIO_CHECK(decision);
  DIVIO_CHECK(from);
  DIVIO_CHECK(to);
  DIVIO_CHECK(there);
  SeenCutOver seen;
  seen.decision = *decision;
  seen.holding = traffic->holds;
  seen.in_flight = unanswered(parts, *traffic);
  seen.forwarding = traffic->forward.has_value() && !there->forward.has_value();
  add_background(seen, *from, *to);
  return seen;
}

}  // namespace

Result<std::vector<MovingDatabase>> moving_databases(TwoRegions& regions, const model::Migration& migration, Side from, const std::stop_token& stop) {
  DIVIO_TRY(here, regions.databases(from, stop));
  DIVIO_TRY(there, regions.databases(relay::other(from), stop));
  std::vector<MovingDatabase> found;
  for (std::size_t i = 0; i < here.size(); ++i) {
    DIVIO_TRY(one, postgres::Conversation::with(std::move(here[i]), migration.id));
    DIVIO_TRY(other, postgres::Conversation::with(std::move(there[i]), migration.id));
    auto prefix = one.side().instance.prefix.str();
    found.push_back({std::move(prefix), std::move(one), std::move(other)});
  }
  return found;
}

std::uint64_t free_marker(const ports::Clock& clock) { return static_cast<std::uint64_t>(clock.now().time_since_epoch().count()); }

Result<std::vector<CopiedService>> copied_services(TwoRegions& regions, const model::Migration& migration, Side from) {
  DIVIO_TRY(here, regions.copied(from));
  DIVIO_TRY(there, regions.copied(relay::other(from)));
  std::vector<CopiedService> found;
  for (std::size_t i = 0; i < here.size(); ++i) found.push_back({.from = here[i], .to = there[i], .files = remembered_files(migration, here[i].prefix.str(), from)});
  return found;
}

Result<ports::Forward> forward_to(TwoRegions& regions, const model::Migration& migration, Side side) {
  const auto& region = regions.at(side).region;
  DIVIO_TRY(address, system::ipv4_of(model::host_of(region)));
  return ports::Forward{std::move(address), region.http_port, forward_token(migration, side)};
}

Result<SeenCutOver> RealSides::look() {
  auto around = std::async(std::launch::async, [&] { return see_around(parts_); });
  std::vector<SeenHandOver> services;
  bool all_know = true;
  bool all_ended = true;
  const auto marker = static_cast<std::uint64_t>(parts_.number);
  std::optional<Error> wrong;
  for (auto& database : parts_.databases) {
    const auto from = postgres::standing(database.from, marker);
    const auto to = postgres::standing(database.to, marker);
    if (!from || !to) {
      wrong = from ? to.error() : from.error();
      break;
    }
    services.push_back(handed_over(parts_, database, *from, *to));
    all_know = all_know && knows(from->epoch, parts_.number, false) && knows(to->epoch, parts_.number, false);
    all_ended = all_ended && knows(from->epoch, parts_.number, true) && knows(to->epoch, parts_.number, true);
  }
  for (const auto& one : parts_.copies)
    services.push_back({.prefix = one.from.prefix.str(), .follows = false, .fence = one.fenced ? planning::Fence::up : planning::Fence::down,
                        .over = one.over, .open = one.open});
  auto seen = around.get();
  if (wrong) return Failure(std::move(*wrong));
  if (!seen) return seen;
  seen->services = std::move(services);
  seen->guarded = guards_begun_ && all_know && seen->decision == Decision::open;
  seen->ended = guards_ended_ && all_ended;
  return seen;
}

Result<Decision> RealSides::decision() { return see_decision(parts_); }

Result<void> RealSides::act(const planning::CutOverStep& step, const std::stop_token& stop) {
  using planning::Act;
  if (step.prefix.empty()) {
    DIVIO_CHECK(act_for_all(parts_, step.act, stop));
    guards_begun_ = guards_begun_ || step.act == Act::begin_attempt;
    guards_ended_ = guards_ended_ || step.act == Act::end_attempt;
    return {};
  }
  const auto database = std::ranges::find(parts_.databases, step.prefix, &MovingDatabase::prefix);
  const auto copy = std::ranges::find(parts_.copies, step.prefix, [](const auto& one) -> const std::string& { return one.from.prefix.str(); });
  if (copy != parts_.copies.end()) return act_for(parts_, *copy, step.act, stop);
  if (database == parts_.databases.end()) return fail(ErrorCode::bug, fmt::format("service '{}' is not handed over", step.prefix));
  return act_for(parts_, *database, step.act);
}

// Steps side by side are about different services, or not about any.
Result<void> RealSides::act(const std::vector<planning::CutOverStep>& steps, std::stop_token stop) {
  if (steps.size() == 1) return act(steps.front(), stop);
  std::vector<std::future<Result<void>>> doing;
  for (const auto& step : steps) doing.push_back(std::async(std::launch::async, [&, step] { return act(step, stop); }));
  Result<void> all;
  for (auto& one : doing)
    if (auto done = one.get(); !done) all = std::move(done);
  return all;
}

}  // namespace divio::migration::environment
