#include "platform/group_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "controller/migrations.hpp"
#include "controller/several.hpp"
#include "planning/migration_phases.hpp"
#include "platform/within.hpp"
#include "support/text.hpp"

namespace divio {
namespace {

Result<std::vector<model::Project>> projects_of(PlatformParts& parts, const Target& target, const MigrationGroup& group) {
  DIVIO_TRY(all, parts.store->projects().projects());
  if (group.application.empty()) {
    DIVIO_TRY(key, find_key(target));
    std::erase_if(all, [&](const auto& project) { return project.name != key.project; });
    if (all.empty()) return fail(ErrorCode::not_found, fmt::format("there is no project {}", key.project.str()), "divioctl project list says which there are");
    return all;
  }
  std::set<std::string> known;
  for (const auto& project : all)
    if (!project.application.empty()) known.insert(project.application);
  std::erase_if(all, [&](const auto& project) { return project.application != group.application; });
  if (!all.empty()) return all;
  const std::vector<std::string> names(known.begin(), known.end());
  return fail(ErrorCode::not_found, fmt::format("no project belongs to an application {}", group.application),
              names.empty() ? "say in each project's divio.yaml which one it belongs to (application: NAME), and deploy" : "there is: " + join(names, ", "));
}

// To another region: one that moves a service within its own is not led by a group.
bool is_moving(const std::optional<model::Migration>& latest) { return latest && latest->goes_on() && !latest->in_place(); }

}  // namespace

Target target_of(const model::EnvironmentKey& key) { return {.project = key.project.str(), .environment = key.environment.str()}; }

Result<std::vector<model::Environment>> members(PlatformParts& parts, const Target& target, const MigrationGroup& group) {
  DIVIO_TRY(projects, projects_of(parts, target, group));
  std::vector<model::Environment> found;
  for (const auto& project : projects) {
    DIVIO_TRY(environments, parts.store->projects().environments(project.name));
    for (const auto& one : environments)
      if (one.release != 0 && (group.all_environments || one.key.environment.str() == target.environment)) found.push_back(one);
  }
  if (!found.empty()) return found;
  const auto which = group.all_environments ? "any environment" : "environment " + target.environment;
  return fail(ErrorCode::not_found, fmt::format("{} has nothing deployed in {}", group.application.empty() ? projects.front().name.str() : "application " + group.application, which),
              "divioctl project list says what is deployed where");
}

bool leads_to(const std::optional<model::Migration>& latest, const std::string& to) { return is_moving(latest) && latest->target.str() == to; }

Result<void> check_not_elsewhere(PlatformParts& parts, const std::vector<model::Environment>& environments, const std::string& to) {
  for (const auto& one : environments) {
    DIVIO_TRY(latest, controller::latest_migration(*parts.store, one.key));
    if (!latest || !latest->goes_on() || leads_to(latest, to)) continue;
    const auto service = latest->in_place() ? fmt::format("service '{}' of ", latest->services.front().prefix) : "";
    const bool may_abort = latest->phase < model::MigrationPhase::cutting_over;
    return fail(ErrorCode::conflict,
                fmt::format("{}{} is being moved from {} to {} already ({})", service, controller::name_of(one.key), latest->side_name(false), latest->side_name(true),
                            to_string(latest->phase)),
                "end that first: " + planning::next_command(*latest) + (may_abort ? ", or " + planning::command_of(*latest, "abort") : ""));
  }
  return {};
}

Result<std::vector<Moving>> moving_to(PlatformParts& parts, const std::vector<model::Environment>& environments, const std::string& to) {
  std::vector<Moving> found;
  for (const auto& one : environments) {
    DIVIO_TRY(latest, controller::latest_migration(*parts.store, one.key));
    if (leads_to(latest, to)) found.push_back({one.key, std::move(latest)});
    else if (one.region.str() != to) found.push_back({one.key, std::nullopt});
  }
  if (!found.empty()) return found;
  return fail(ErrorCode::conflict, fmt::format("all of it is in region {} already", to), "divioctl project list says what is deployed where");
}

Result<std::vector<Moving>> made_ready(PlatformParts& parts, std::vector<Moving> moving, const std::string& to) {
  for (auto& one : moving) {
    DIVIO_ASSIGN(one.begun, controller::latest_migration(*parts.store, one.key));
    if (!leads_to(one.begun, to))
      return fail(ErrorCode::conflict, fmt::format("somebody ended the migration of {} to region {} meanwhile", controller::name_of(one.key), to), "run this again");
  }
  std::erase_if(moving, &Moving::is_over);
  return moving;
}

Result<std::vector<Moving>> under_way(PlatformParts& parts, const Target& target, const MigrationGroup& group, std::optional<model::MigrationPhase> left) {
  DIVIO_TRY(environments, members(parts, target, group));
  std::vector<Moving> found, ended;
  for (const auto& one : environments) {
    DIVIO_TRY(latest, controller::latest_migration(*parts.store, one.key));
    if (is_moving(latest)) found.push_back({one.key, std::move(latest)});
    else if (latest && latest->alone && latest->phase == left) ended.push_back({one.key, std::move(latest)});
  }
  if (found.empty()) found = std::move(ended);
  if (!found.empty()) return found;
  return fail(ErrorCode::not_found, "nothing of it is being moved", "divioctl migrate list says what is");
}

}  // namespace divio
