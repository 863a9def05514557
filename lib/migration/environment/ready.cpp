// From nothing to an application that is ready in the target region.
#include <fmt/format.h>

#include <algorithm>

#include "builder/transfer.hpp"
#include "controller/backup_run.hpp"
#include "controller/image_source.hpp"
#include "controller/migrations.hpp"
#include "migration/environment/comparison.hpp"
#include "migration/environment/move.hpp"
#include "migration/environment/sides.hpp"
#include "planning/migration_phases.hpp"
#include "support/try.hpp"
#include "wire/comparison_json.hpp"

namespace divio::migration::environment {
namespace {

using enum model::MigrationPhase;

}  // namespace

Result<void> Move::become(model::MigrationPhase phase) {
  if (phase == migration_.phase) return {};
  if (!planning::may_become(migration_.phase, phase))
    return fail(ErrorCode::bug, fmt::format("a migration that is {} cannot become {}", to_string(migration_.phase), to_string(phase)));
  migration_.phase = phase;
  return write_down();
}

Result<void> Move::write_down() {
  migration_.changed_at = regions_.at(Side::source).clock.now();
  DIVIO_CHECK(controller::put_migration(regions_.catalogue(), migration_));
  if (const auto kept = regions_.keep_record(migration_.there ? Side::target : Side::source); !kept)
    run_.tell(Notice{Notice::Level::warning, fmt::format("region {} does not keep how far the migration is: {}", migration_.serving().str(), kept.error().message)});
  return run_.record("migration-phase", std::string(to_string(migration_.phase)));
}

// Whoever was cut short finds the way between the regions as somebody may have left it.
Result<void> Move::make_ready() {
  if (migration_.phase >= reserved && migration_.phase < verified) DIVIO_CHECK(keep_way());
  while (migration_.phase < verified) {
    if (run_.stop().stop_requested()) return Failure(run_.stop_reason());
    DIVIO_CHECK(next());
  }
  return {};
}

Result<void> Move::next() {
  switch (migration_.phase) {
    case planned: return become(checked);  // whoever begins one has looked whether it is possible
    case checked: DIVIO_CHECK(reserve()); return become(reserved);
    case reserved: DIVIO_CHECK(begin_to_copy()); return become(copying);
    case copying: DIVIO_CHECK(copy()); return become(following);
    case following: DIVIO_CHECK(start_there()); DIVIO_CHECK(compare_before(cutting_over)); return become(verified);
    default: return {};
  }
}

Result<void> Move::bring_image() {
  auto& source = regions_.at(Side::source);
  auto& target = regions_.at(Side::target);
  DIVIO_TRY(release, regions_.release(Side::source));
  const auto& image = release.image;
  if (const auto there = target.engine.images().inspect(image.id); there) return {};
  if (!image.digest.empty()) return controller::ensure_image(target, run_, release);
  const auto route = fmt::format("from region {} to region {}", migration_.source.str(), migration_.target.str());
  const Listener tell = [this](const Event& event) { run_.tell(event); };
  const builder::Transfer transfer{.from = source.engine.images(), .to = target.engine.images(), .image = image.id, .name = image.name, .route = route,
                                   .clock = &source.clock, .bytes_per_second = migration_.bytes_per_second};
  DIVIO_TRY(arrived, builder::transfer_image(transfer, tell, run_.stop()));
  if (arrived.image.id == image.id) return {};
  return fail(ErrorCode::failed, fmt::format("region {} gives image {} another id", migration_.target.str(), image.name),
              "set a registry for the region, by which images are named by their digest: divioctl region set NAME --registry HOST/PATH");
}

Result<void> Move::reserve() {
  DIVIO_CHECK(bring_image());
  DIVIO_CHECK(regions_.make_databases(Side::target, run_, run_.stop()));
  if (!regions_.has_followers()) return {};
  const auto id = fmt::format("relay {}", migration_.id);
  return steps_.step(id, fmt::format("open the way between {} and {}", migration_.side_name(false), migration_.side_name(true)), [&]() -> Result<void> {
    DIVIO_CHECK(keep_way());
    DIVIO_TRY(probe, relay::probe(regions_.place(run_.stop()), regions_.relay(), 0));
    return relay::open_both_ways(probe);
  });
}

// Somebody may have removed it, or made a server anew, and hosts get other addresses.
Result<void> Move::keep_way() {
  if (!regions_.has_followers()) return {};
  for (const auto side : relay::both_sides) DIVIO_CHECK(regions_.at(side).programs.ensure(regions_.at(side).engine, run_.stop()));
  return relay::ensure(regions_.place(run_.stop()), regions_.relay()).map([](const auto&) {});
}

Result<void> Move::begin_to_copy() {
  DIVIO_TRY(services, service_moves(regions_, migration_, Side::source, run_.stop()));
  for (const auto& service : services) DIVIO_CHECK(service->begin_copying(steps_));
  return {};
}

Result<void> Move::copy() {
  DIVIO_TRY(services, service_moves(regions_, migration_, Side::source, run_.stop()));
  for (const auto& service : services) {
    DIVIO_CHECK(service->copy(steps_));
    service->remember(migration_);
  }
  return {};
}

Result<void> Move::start_there() {
  DIVIO_CHECK(regions_.run(Side::target, Runs::web, run_, run_.stop()));
  if (migration_.in_place()) return {};  // one ingress, which needs not be told from another
  for (const auto side : relay::both_sides)
    DIVIO_CHECK(regions_.at(side).ingress.traffic().trust(regions_.key(), forward_token(migration_, side)));
  return open_ways();
}

// The newest one of the same services stays, whatever it says.
void Move::keep_report(const model::Comparison& comparison) {
  const auto is_in = [&](const model::ComparedService& service) { return std::ranges::find(comparison.services, service.prefix, &model::ComparedService::prefix) != comparison.services.end(); };
  std::erase_if(migration_.reports, [&](const auto& report) {
    const auto earlier = wire::comparison_from_json(report.text);
    return earlier && earlier->before == comparison.before && std::ranges::all_of(earlier->services, is_in);
  });
  migration_.reports.push_back(sign(migration_, comparison));
}

Result<void> Move::compare_before(model::MigrationPhase phase) {
  if (!regions_.has_followers() && !regions_.has_files()) return {};
  const auto doing = fmt::format("compare what {} and {} hold", migration_.serving_name(), migration_.other_name());
  return steps_.step("compare", doing, [&]() -> Result<void> {
    DIVIO_TRY(comparison, compare(regions_, migration_, phase, run_.stop()));
    if (run_.stop().stop_requested()) return Failure(run_.stop_reason());  // what is written down may be another's by now
    keep_report(comparison);
    DIVIO_CHECK(controller::put_migration(regions_.catalogue(), migration_));
    return comparison.same() ? Result<void>() : Failure(difference_error(migration_, comparison));
  });
}

}  // namespace divio::migration::environment
