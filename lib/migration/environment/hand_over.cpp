// The hand-over from one region to the other.
#include <fmt/format.h>

#include <future>

#include "controller/migrations.hpp"
#include "controller/observe.hpp"
#include "controller/records.hpp"
#include "migration/environment/forwarding.hpp"
#include "migration/environment/move.hpp"
#include "migration/environment/sides.hpp"
#include "migration/environment/window.hpp"
#include "model/full_disk.hpp"
#include "planning/migration_phases.hpp"
#include "ports/decisions.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using enum model::MigrationPhase;
using planning::Decision;

std::string described(const std::vector<planning::CutOverStep>& steps) {
  std::vector<std::string> words;
  for (const auto& one : steps) words.push_back(std::string(to_string(one.act)) + (one.prefix.empty() ? "" : " " + one.prefix));
  return join(words, ", ");
}

Side side_of(const model::HandOver& attempt) { return attempt.back ? Side::target : Side::source; }

}  // namespace

// Guards ask for the word, and requests are handed on, from either host to the other one's ingress: not from here.
Result<void> Move::check_ways() {
  if (migration_.in_place()) return check_register();
  DIVIO_CHECK(open_ways());
  for (const auto side : relay::both_sides) DIVIO_CHECK(ask_from(side));
  return {};
}

// By which an ingress tells the other host that it is there, for as long as the migration goes on.
Result<void> Move::open_ways() {
  for (const auto side : relay::both_sides) {
    auto& runtime = regions_.at(side);
    DIVIO_CHECK(model::with_disk_of(runtime.ingress.traffic().decisions().open(way_id(migration_), way_token(migration_, side)), "region " + runtime.region.name.str()));
  }
  return {};
}

Result<void> Move::ask_from(Side side) {
  const auto other = relay::other(side);
  DIVIO_TRY(where, forward_to(regions_, migration_, other));
  return regions_.at(side).ingress.traffic().decisions().elsewhere({where.address, where.port, way_token(migration_, other)}).map([](const auto&) {});
}

// Within a region servers ask the region's own ingress, through their host.
Result<void> Move::check_register() {
  if (!regions_.has_followers()) return {};
  const auto id = way_id(migration_);
  const auto token = register_token(migration_, 0);
  auto& runtime = regions_.at(Side::source);
  auto& decisions = runtime.ingress.traffic().decisions();
  DIVIO_TRY(host, register_host_of(regions_, migration_, Side::source));
  const Register there{host, runtime.region.http_port, fmt::format("/.well-known/divio/migration/{}", token.reveal())};
  const auto ask = [&]() -> Result<void> {
    for (const auto side : relay::both_sides) {
      DIVIO_TRY(servers, regions_.followed(side, run_.stop()));
      for (const auto& server : servers) DIVIO_CHECK(check_register_from(server, there));
    }
    return {};
  };
  DIVIO_CHECK(model::with_disk_of(decisions.open(id, token), "region " + runtime.region.name.str()));
  const auto asked = ask();
  DIVIO_CHECK(decisions.forget(id));
  return asked;
}

Result<void> Move::hand_over(std::chrono::milliseconds max_pause, const std::optional<model::Window>& window) {
  const auto from = migration_.there ? Side::target : Side::source;
  DIVIO_CHECK(keep_way());
  DIVIO_CHECK(check_ways());
  DIVIO_CHECK(regions_.run(relay::other(from), Runs::web, run_, run_.stop()));
  const auto still_open = [&]() -> Result<void> {
    return window ? check_open(*window, regions_.at(Side::source).clock.now(), max_pause) : Result<void>();
  };
  DIVIO_CHECK(still_open());  // before anything keeps a server's log
  DIVIO_TRY(services, service_moves(regions_, migration_, from));
  for (const auto& service : services) DIVIO_CHECK(service->prepare(steps_));
  DIVIO_CHECK(catch_up(services));
  DIVIO_CHECK(still_open());
  migration_.last_backup = {};  // of an end that was begun before: it is another state
  migration_.attempts.push_back({.number = static_cast<int>(migration_.attempts.size()) + 1, .back = migration_.there,
                                 .began_at = regions_.at(Side::source).clock.now()});
  if (auto begun = become(cutting_over); !begun) {
    migration_.attempts.pop_back();
    return begun;
  }
  DIVIO_CHECK(carry_out(services, max_pause, run_.stop()));
  const auto& attempt = migration_.attempts.back();
  if (attempt.decision == "committed") return {};
  return fail(ErrorCode::failed, fmt::format("the cut-over was undone, and {} serves on: {}", migration_.serving_name(), attempt.cause),
              fmt::format("nothing was lost; try again: {}", planning::command_of(migration_, migration_.phase == soaking ? "reverse" : "cutover")));
}

Result<void> Move::end_attempt() {
  if (migration_.phase != cutting_over) return {};
  std::stop_source stop;
  stop.request_stop();
  DIVIO_TRY(services, service_moves(regions_, migration_, side_of(migration_.attempts.back())));
  return carry_out(services, migration_.max_pause, stop.get_token());
}

// The word is where it serves. Whoever carried the attempt out may have vanished before there was one.
Result<void> Move::end_attempt_alone() {
  if (migration_.phase != cutting_over) return {};
  auto& attempt = migration_.attempts.back();
  const auto from = side_of(attempt);
  DIVIO_TRY(services, service_moves(regions_, migration_, from));
  AttemptParts parts{regions_, run_, migration_, attempt.number, from, migration_.max_pause, services, ""};
  auto& traffic = regions_.at(from).ingress.traffic();
  const auto word = traffic.decisions().decide(parts.id(), ports::Word::aborted);
  if (!word && word.error().code != ErrorCode::not_found) return Failure(word.error());
  if (word && *word == ports::Word::committed)
    return fail(ErrorCode::refused, fmt::format("the cut-over was committed before {} was lost, so that is what serves", migration_.side_name(from == Side::source)),
                fmt::format("when it answers again: {}\nif it is gone for good, let {} take over from it: {} --without {}", planning::command_of(migration_, "resume"), migration_.side_name(from == Side::target),
                            planning::command_of(migration_, "cutover"), migration_.side(from == Side::source)));
  for (const auto& service : services) DIVIO_CHECK(service->act(parts.for_services(), planning::Act::unfence, {}));
  DIVIO_CHECK(traffic.release(regions_.key(), parts.id()));
  DIVIO_CHECK(traffic.decisions().unguard(parts.id()));
  RealSides sides(parts);
  DIVIO_CHECK(sides.act(std::vector{planning::CutOverStep{planning::Act::start_at_source}}, {}));
  warn_of_background(sides);
  attempt.decision = "aborted";
  attempt.cause = fmt::format("{} was lost", migration_.side_name(from == Side::source));
  return become(migration_.was_handed_over() ? soaking : verified);
}

// Of several that age, each has waited for the others in the end, so all are brought once more, which is little.
Result<void> Move::catch_up(ServiceMoves& services) {
  int aged = 0;
  for (const bool again : {false, true}) {
    if (again && aged < 2) break;
    for (const auto& service : services) {
      DIVIO_TRY(brought, service->catch_up(steps_));
      if (brought) ++aged;
      service->remember(migration_);
    }
  }
  return {};
}

// The newest attempt, from wherever it is to its end.
Result<void> Move::carry_out(ServiceMoves& services, std::chrono::milliseconds max_pause, std::stop_token stop) {
  auto& attempt = migration_.attempts.back();
  const auto from = side_of(attempt);
  const auto host = register_host_of(regions_, migration_, from);
  if (!host && !stop.stop_requested()) return Failure(host.error());  // one that is only ended needs none
  AttemptParts parts{regions_, run_, migration_, attempt.number, from, max_pause, services, host.value_or("")};
  RealSides sides(parts);
  const auto tell = [&](const std::vector<planning::CutOverStep>& steps) {
    run_.tell(Line{"cut over", described(steps)});
  };
  AttemptEnded ended;
  DIVIO_CHECK(steps_.step(fmt::format("cut over {}", attempt.number),
                   fmt::format("hand over from {} to {}", migration_.side_name(from == Side::target), migration_.side_name(from == Side::source)),
                   [&]() -> Result<void> {
                     DIVIO_ASSIGN(ended, carry_out_attempt(sides, regions_.at(from).clock, {max_pause, 60s}, tell, std::move(stop)));
                     return {};
                   }));
  const bool committed = ended.decision == Decision::committed;
  attempt.decision = committed ? "committed" : "aborted";
  attempt.held_at = ended.held_at;
  attempt.pause = ended.pause;
  attempt.cause = committed ? "" : ended.cause.message;
  for (const auto& service : services) service->remember(migration_);
  keep_report_of_copies(services, from);
  if (committed) {
    migration_.there = !attempt.back;
    DIVIO_CHECK(settle());
    if (!migration_.in_place()) {
      DIVIO_CHECK(forget_record(from));
      DIVIO_CHECK(forward_anew(regions_, migration_));  // a guard does it with what it was told when the attempt began
    }
  } else {
    DIVIO_CHECK(sides.act(std::vector{planning::CutOverStep{planning::Act::start_at_source}}, {}));  // one that had not begun was not seen to have stopped a part of it
  }
  DIVIO_CHECK(become(migration_.was_handed_over() ? soaking : verified));
  if (committed) {
    if (migration_.in_place()) DIVIO_CHECK(regions_.run(from, Runs::nothing, run_, run_.stop()));  // others of the project would find it by its name
    else end_websockets(from);
    for (const auto& service : services) service->bring_late(steps_);
  }
  warn_of_background(sides);
  return {};
}

// What was copied was compared while requests waited.
void Move::keep_report_of_copies(const ServiceMoves& services, Side from) {
  model::Comparison comparison{.before = cutting_over, .at = regions_.at(from).clock.now(), .serving = migration_.side(from == Side::target), .following = migration_.side(from == Side::source)};
  for (const auto& service : services)
    if (const auto* compared = service->compared()) comparison.services.push_back(*compared);
  if (!comparison.services.empty()) keep_report(comparison);
}

void Move::warn_of_background(const RealSides& sides) {
  const auto& wrong = sides.background_trouble();
  if (!wrong) return;
  run_.tell(Notice{Notice::Level::warning, fmt::format("{} answers requests, but not all that works beside them could be started there: {}. To try again: divioctl reconcile --project {} -e {}",
                                                       migration_.serving_name(), wrong->message, regions_.key().project.str(), regions_.key().environment.str())});
}

// The catalogue, and what is kept of it in the regions, say where the environment is now.
Result<void> Move::settle() {
  auto& store = regions_.catalogue();
  const auto there = migration_.there ? Side::target : Side::source;
  DIVIO_TRY(environment, store.projects().environment(regions_.key()));
  if (!environment) return fail(ErrorCode::not_found, fmt::format("there is no {} any more", regions_.key().stem()));
  environment->region = migration_.serving();
  if (migration_.in_place()) environment->generation = migration_.generation + (migration_.there ? 1 : 0);
  DIVIO_CHECK(store.projects().put_environment(*environment));
  DIVIO_TRY(instances, store.services().services(regions_.key()));
  for (auto& instance : instances) {
    if (instance.state == model::ServiceState::added && !instance.bucket) {  // not made yet: it will be where the environment is
      instance.server = model::server_name(migration_.serving(), regions_.key(), spec_of(instance));
      DIVIO_CHECK(store.services().put_service(instance));
    }
    for (const auto& moving : migration_.services)
      if (moving.prefix == instance.prefix.str()) {
        instance.server = there == Side::target ? moving.target : moving.source;
        if (const auto& place = there == Side::target ? moving.target_place : moving.source_place) instance = model::placed(std::move(instance), *place);
        DIVIO_CHECK(store.services().put_service(instance));
      }
  }
  return regions_.keep_record(there);
}

Result<void> Move::forget_record(Side left) {
  auto& runtime = regions_.at(left);
  return controller::put_record(runtime.engine.volumes(), controller::keeper_of(runtime, regions_.key()), std::nullopt);
}

// Whoever still talks to an instance there is told by the application itself, which is started anew: to its end belongs that it
// closes WebSockets ("going away"). They come again by the ingress, which leads them to where the environment is. Nothing depends
// on it: should it fail, they stay until their visitors leave, and a way back starts what runs there first.
void Move::end_websockets(Side left) {
  auto& runtime = regions_.at(left);
  const auto state = runtime.ingress.traffic().state(regions_.key());
  if (!state || state->upgraded == 0) return;
  const auto& region = runtime.region.name.str();
  const auto done = steps_.step("websockets " + region, fmt::format("end {} WebSockets in region {}", state->upgraded, region), [&]() -> Result<void> {
    DIVIO_TRY(seen, controller::observe(runtime, regions_.key()));
    std::vector<std::future<Result<void>>> ending;
    for (const auto& instance : seen.instances)
      ending.push_back(std::async(std::launch::async, [&] { return runtime.engine.containers().stop(instance.name, instance.stop_grace); }));
    for (auto& one : ending) DIVIO_CHECK(one.get());
    return regions_.run(left, Runs::web, run_, {});
  });
  if (!done) run_.tell(Notice{Notice::Level::warning, fmt::format("WebSockets stay open in region {}: {}", region, done.error().message)});
}

}  // namespace divio::migration::environment
