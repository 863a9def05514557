#include "migration/environment/sides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "controller/console.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/rollout.hpp"
#include "support/try.hpp"
#include "system/address.hpp"

namespace divio::migration::environment {
namespace {

using planning::Decision;
using planning::SeenCutOver;

// What works beside requests: how many run there, and how many should.
struct Background {
  int running = 0;
  int wanted = 0;
  bool commands = false;  // that people run in containers of their own
};

Result<Background> see_background(TwoRegions& regions, Side side) {
  auto& runtime = regions.at(side);
  DIVIO_TRY(release, regions.release(side));
  DIVIO_TRY(environment, regions.catalogue().projects().environment(regions.key()));
  Background seen;
  DIVIO_TRY(commands, controller::runs(runtime, regions.key()));
  seen.commands = !commands.empty();
  DIVIO_TRY(containers, runtime.engine.containers().list(controller::environment_labels(runtime, regions.key())));
  for (const auto& process : release.config.processes) {
    if (is_web(process)) continue;
    const auto scaled = environment->scale.find(process.name);
    seen.wanted += environment->stopped ? 0 : scaled == environment->scale.end() ? process.replicas : scaled->second;
    const model::Labels own{{std::string(model::label::process), process.name.str()},
                            {std::string(model::label::role), std::string(model::role::instance)}};
    seen.running += static_cast<int>(std::ranges::count_if(containers, [&](const auto& container) {
      return container.state == ports::ContainerState::running && model::carries(container.labels, own) && controller::is_ours(runtime, container);
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
  seen.background_at_source = seen.decision == Decision::aborted ? from.running >= from.wanted : nothing_to_stop || from.running > 0 || from.commands;
  seen.background_at_target = seen.decision == Decision::committed && to.running >= to.wanted;
}

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

Result<ports::Forward> forward_to(TwoRegions& regions, const model::Migration& migration, Side side) {
  if (migration.in_place()) return ports::Forward{.to = ports::ForwardTo::beside};
  const auto& region = regions.at(side).region;
  DIVIO_TRY(address, system::ipv4_of(model::host_of(region)));
  return ports::Forward{std::move(address), region.http_port, forward_token(migration, side)};
}

Result<std::string> register_host_of(TwoRegions& regions, const model::Migration& migration, Side side) {
  if (!migration.in_place()) return model::host_of(regions.at(side).region);
  if (!regions.has_followers()) return std::string();  // whose guards ask
  const auto& server = migration.side(side == Side::target);
  DIVIO_TRY(container, regions.at(side).engine.containers().inspect(server));
  const auto found = container.gateways.find(planning::network_name(regions.key()));
  if (found != container.gateways.end()) return found->second;
  return fail(ErrorCode::failed, fmt::format("server {} does not run in the network of {}", server, regions.key().stem()), "divioctl status says what is wrong");
}

Result<SeenCutOver> RealSides::look() {
  auto around = std::async(std::launch::async, [&] { return see_around(parts_); });
  std::vector<planning::SeenHandOver> services;
  bool all_begun = true;
  bool all_ended = true;
  const auto attempt = parts_.for_services();
  std::optional<Error> wrong;
  for (const auto& service : parts_.services) {
    auto seen = service->look(attempt);
    if (!seen) {
      wrong = std::move(seen).error();
      break;
    }
    services.push_back(std::move(seen->hand_over));
    all_begun = all_begun && seen->begun;
    all_ended = all_ended && seen->ended;
  }
  auto seen = around.get();
  if (wrong) return Failure(std::move(*wrong));
  if (!seen) return seen;
  seen->services = std::move(services);
  seen->guarded = guards_begun_ && all_begun && seen->decision == Decision::open;
  seen->ended = guards_ended_ && all_ended;
  if (background_trouble_) (seen->decision == Decision::committed ? seen->background_at_target : seen->background_at_source) = true;
  return seen;
}

Result<Decision> RealSides::decision() { return see_decision(parts_); }

// An engine that does not answer may do so later. What the engine refuses to run it would refuse again.
Result<void> RealSides::start_background(planning::Act act, const std::stop_token& stop) {
  auto started = act_for_all(parts_, act, stop);
  background_trouble_.reset();
  if (started || started.error().code == ErrorCode::unreachable || started.error().code == ErrorCode::timed_out) return started;
  background_trouble_ = std::move(started).error();
  return {};
}

Result<void> RealSides::act(const planning::CutOverStep& step, const std::stop_token& stop) {
  using planning::Act;
  if (step.act == Act::start_at_target || step.act == Act::start_at_source) return start_background(step.act, stop);
  if (step.prefix.empty()) {
    DIVIO_CHECK(act_for_all(parts_, step.act, stop));
    guards_begun_ = guards_begun_ || step.act == Act::begin_attempt;
    guards_ended_ = guards_ended_ || step.act == Act::end_attempt;
    return {};
  }
  const auto service = std::ranges::find(parts_.services, step.prefix, [](const auto& one) -> const std::string& { return one->prefix(); });
  if (service == parts_.services.end()) return fail(ErrorCode::bug, fmt::format("service '{}' is not handed over", step.prefix));
  return (*service)->act(parts_.for_services(), step.act, stop);
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
