// The region that serves is gone for good: the other one takes over, on what has arrived there.
#include <fmt/format.h>

#include <algorithm>

#include "controller/migrations.hpp"
#include "migration/environment/move.hpp"
#include "migration/environment/sides.hpp"
#include "model/volume.hpp"
#include "planning/migration_phases.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using enum model::MigrationPhase;

constexpr int ask_silent = 3;
constexpr std::chrono::seconds between_questions{1};

std::string time_of(std::uint64_t nanoseconds) {
  return model::to_rfc3339(model::TimePoint(std::chrono::duration_cast<model::TimePoint::duration>(std::chrono::nanoseconds(nanoseconds))));
}

// What is there of a service that does not follow; nothing of one that follows.
std::string age_of(const model::Migration& migration, const model::MovingService& service, Side lost) {
  if (service.follows) return {};
  const auto name = model::called(service.prefix);
  if (service.is_files()) {
    const auto seen = lost == Side::source ? service.seen_source_ns : service.seen_target_ns;
    return seen == 0 ? fmt::format("the files of {} as the last pass brought them", name) : fmt::format("the files of {} as of {}", name, time_of(seen));
  }
  const auto copied = std::find_if(migration.attempts.rbegin(), migration.attempts.rend(), [](const auto& one) { return one.decision == "committed" && !one.alone; });
  return fmt::format("{} as it was copied at {}", name, model::to_rfc3339(copied == migration.attempts.rend() ? migration.began_at : copied->began_at));
}

}  // namespace

// An engine may be out of reach for other reasons than its region's end, such as a key.
Result<void> Move::check_silent(Side lost) {
  DIVIO_TRY(ingress, regions_.at(relay::other(lost)).ingress.state());
  if (!ingress.present) return {};  // nothing was started here yet
  for (int tries = 0; tries < ask_silent; ++tries) {
    if (tries > 0 && !regions_.at(Side::source).clock.sleep(between_questions, run_.stop())) return Failure(run_.stop_reason());
    const auto answered = ask_from(relay::other(lost));
    if (!answered && answered.error().code == ErrorCode::unreachable) continue;
    DIVIO_CHECK(answered);
    const auto& name = migration_.side(lost == Side::target);
    return fail(ErrorCode::refused, fmt::format("the engine of region {} cannot be reached, but its ingress answers, so it is not gone", name),
                fmt::format("mend the way to the engine (divioctl region show {}), and hand over without losing anything: {}\nif what it has cannot be used any more, switch its machine off first",
                            name, planning::command_of(migration_, migration_.there ? "reverse" : "cutover")));
  }
  return {};
}

// The word of an attempt stands with the one that was to hand over.
Result<void> Move::check_committed_to(Side lost) {
  auto& last = migration_.attempts.back();
  const auto word = regions_.at(relay::other(lost)).ingress.traffic().decisions().decision(attempt_id(migration_, last.number));
  if (!word && word.error().code != ErrorCode::not_found) return Failure(word.error());
  if (!word || *word != ports::Word::committed)
    return fail(ErrorCode::refused, fmt::format("the cut-over was not committed, so {} serves", migration_.side_name(lost == Side::source)),
                fmt::format("to end the migration without {}: {}", migration_.side(lost == Side::target), planning::ending_without(migration_, lost == Side::target ? migration_.target : migration_.source)));
  last.decision = "committed";
  return {};
}

// From when this is written down it is decided, and whoever goes on does so without the lost one, also when that is back.
Result<void> Move::begin_to_take_over(Side lost) {
  DIVIO_CHECK(check_silent(lost));
  DIVIO_TRY(services, service_moves(regions_, migration_, lost));
  for (const auto& service : services) DIVIO_CHECK(service->check_whole());
  auto& attempts = migration_.attempts;
  const bool under_way = migration_.phase == cutting_over;
  const bool its_own = under_way && attempts.back().back == (lost == Side::target);
  if (under_way && !its_own) DIVIO_CHECK(check_committed_to(lost));
  if (!its_own) attempts.push_back({.number = static_cast<int>(attempts.size()) + 1, .back = lost == Side::target, .began_at = regions_.at(Side::source).clock.now()});
  auto& attempt = attempts.back();
  attempt.decision = "committed";
  attempt.cause = fmt::format("{} was lost", migration_.side_name(lost == Side::target));
  attempt.alone = true;
  migration_.there = lost == Side::source;
  migration_.alone = true;
  return under_way ? write_down() : become(cutting_over);
}

// Whoever comes is no longer handed on to where nobody is, whatever becomes of the application. That may need something else that is gone:
// then it is mended as ever, for which the migration has to have ended.
Result<void> Move::serve_what_arrived() {
  const auto& attempt = migration_.attempts.back();
  const auto lost = attempt.back ? Side::target : Side::source;
  const auto here = relay::other(lost);
  auto& traffic = regions_.at(here).ingress.traffic();
  DIVIO_TRY(services, service_moves(regions_, migration_, lost));
  AttemptParts parts{regions_, run_, migration_, attempt.number, lost, migration_.max_pause, services, ""};
  const auto serve = [&]() -> Result<void> {
    for (const auto& one : migration_.attempts) DIVIO_CHECK(traffic.decisions().unguard(attempt_id(migration_, one.number)));
    for (const auto& service : services) DIVIO_CHECK(service->take_over(parts.for_services(), steps_));
    DIVIO_CHECK(settle());
    DIVIO_CHECK(traffic.unforward(regions_.key()));
    for (const auto& one : migration_.attempts) DIVIO_CHECK(traffic.release(regions_.key(), attempt_id(migration_, one.number)));
    return traffic.trust(regions_.key(), forward_token(migration_, here));
  };
  DIVIO_CHECK(steps_.step(fmt::format("take over {}", attempt.number), fmt::format("let {} serve with what has arrived there", migration_.serving_name()), serve));
  for (const auto what : {Runs::web, Runs::all}) {
    const auto runs = regions_.run(here, what, run_, run_.stop());
    if (runs) continue;
    if (runs.error().code == ErrorCode::unreachable || runs.error().code == ErrorCode::cancelled) return Failure(runs.error());
    run_.tell(Notice{Notice::Level::warning, fmt::format("not all of {} runs in {}: {}. To try again: divioctl reconcile --project {} -e {}", regions_.key().stem(), migration_.serving_name(),
                                                         runs.error().message, regions_.key().project.str(), regions_.key().environment.str())});
    break;
  }
  return {};
}

void Move::tell_what_is_lost(Side lost) {
  std::vector<std::string> older;
  for (const auto& service : migration_.services)
    if (auto age = age_of(migration_, service, lost); !age.empty()) older.push_back(std::move(age));
  const auto gone = migration_.side_name(lost == Side::target);
  run_.tell(Notice{Notice::Level::warning, fmt::format("what was written in {} in its last moments and had not arrived in {} is lost", gone, migration_.serving_name())});
  if (!older.empty()) run_.tell(Notice{Notice::Level::warning, fmt::format("{} has {}: a backup may have more (divioctl backup list)", migration_.serving_name(), join(older, ", "))});
  run_.tell(Notice{Notice::Level::warning, fmt::format("should the machine of {} start again, its instances run and answer whoever still comes there: keep it off, or let it be cleared then: {}", gone,
                                                       planning::command_of(migration_, "finalize"))});
}

Result<void> Move::take_over(Side lost) {
  if (!migration_.takes_over()) DIVIO_CHECK(begin_to_take_over(lost));
  DIVIO_CHECK(serve_what_arrived());
  tell_what_is_lost(lost);
  DIVIO_CHECK(become(finalising));
  return finish({.alone = true});
}

}  // namespace divio::migration::environment
