#include "platform/lost_region.hpp"

#include <fmt/format.h>

#include "planning/migration_phases.hpp"
#include "platform/migrations.hpp"
#include "platform/within.hpp"

namespace divio {
namespace {

using planning::MigrationWish;

// The migration that is to end without `region`, which is one of its two.
Result<model::Migration> need_migration_without(PlatformParts& parts, const Target& target, const std::string& region) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(migration, need_migration(parts, key));
  if (migration.in_place()) return fail(ErrorCode::invalid, fmt::format("service '{}' moves within its region: there is no other one to do without", migration.services.front().prefix), "leave out --without");
  if (region == migration.other().str() || region == migration.serving().str()) return migration;
  return fail(ErrorCode::invalid, fmt::format("{} is moved between {} and {}, and {} is neither", key.stem(), migration.source.str(), migration.target.str(), region),
              fmt::format("the one that does not serve is {}", migration.other().str()));
}

}  // namespace

Result<void> check_gone(PlatformParts& parts, const model::RegionName& region, const std::string& way_out) {
  DIVIO_TRY(runtime, parts.runtime(region));
  const auto answer = runtime->engine.info();
  if (!answer && (answer.error().code == ErrorCode::unreachable || answer.error().code == ErrorCode::timed_out)) return {};
  return fail(ErrorCode::refused, fmt::format("region {} answers, so it is not gone", region.str()), way_out + "\nif what it has cannot be used any more, switch its engine off first");
}

Result<bool> is_alone(PlatformParts& parts, const Target& target, const std::string& region) {
  if (region.empty()) return false;
  DIVIO_TRY(migration, need_migration_without(parts, target, region));
  if (region == migration.other().str()) return true;
  const auto takeover = planning::ending_without(migration, migration.serving());
  return fail(ErrorCode::refused, fmt::format("{} serves {}, so it cannot be done without", migration.serving_name(), migration.key.stem()),
              takeover.empty() ? "if it is gone for good, bring up its last backup in another environment, or with another catalogue: divioctl backup restore --help"
                               : "if it is gone for good, let the other one take over from it: " + takeover);
}

Result<model::RegionName> region_to_take_over_from(PlatformParts& parts, const Target& target, const std::string& region) {
  using enum model::MigrationPhase;
  DIVIO_TRY(migration, need_migration_without(parts, target, region));
  auto lost = region == migration.source.str() ? migration.source : migration.target;
  if (migration.takes_over()) return lost;
  if (migration.phase != cutting_over && lost == migration.other())
    return fail(ErrorCode::refused, fmt::format("region {} does not serve {}, so nothing is to be taken over from it", lost.str(), migration.key.stem()),
                migration.goes_on() ? "to end the migration without it: " + planning::ending_without(migration, lost) : "divioctl migrate show says how the migration ended");
  if (migration.phase < following)
    return fail(ErrorCode::refused, fmt::format("not all that region {} has was copied to region {} yet: the migration is {}", lost.str(), migration.other().str(), to_string(migration.phase)),
                "bring up its last backup in another environment, or with another catalogue: divioctl backup restore --help");
  DIVIO_CHECK(planning::check_wish(migration, MigrationWish::cut_over, true));
  const auto* handing_over = migration.phase == model::MigrationPhase::soaking ? "reverse" : "cutover";
  DIVIO_CHECK(check_gone(parts, lost, "to hand over without losing anything: " + planning::command_of(migration, handing_over)));
  return lost;
}

}  // namespace divio
