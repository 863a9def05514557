// Moves of several environments as one: which they are, and the same thing done to each, or to all at once.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "controller/migrations.hpp"
#include "controller/several.hpp"
#include "migration/environment/migrate.hpp"
#include "planning/migration_phases.hpp"
#include "platform/tagged.hpp"
#include "platform/within.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"

namespace divio {
namespace {

using Keys = std::vector<model::EnvironmentKey>;
using Act = std::function<Result<MigrationView>(const Target&, const CallOptions&)>;

Target target_of(const model::EnvironmentKey& key) { return {.project = key.project.str(), .environment = key.environment.str()}; }

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

// Those in which something was deployed.
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

// Those of a group that are to be moved to a region, as they stand. What is there, and not on its way, is left alone.
struct Moving {
  model::EnvironmentKey key;
  std::optional<model::Migration> begun;

  [[nodiscard]] bool is_over() const { return begun && begun->there && begun->phase >= model::MigrationPhase::soaking; }
};

// To another region: one that moves a service within its own is not led by a group.
bool is_moving(const std::optional<model::Migration>& latest) { return latest && latest->goes_on() && !latest->in_place(); }

bool leads_to(const std::optional<model::Migration>& latest, const std::string& to) { return is_moving(latest) && latest->target.str() == to; }

// Refused where a migration of one does something else: the command could not end with all of it there. What is there already may be on
// its way out.
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

// Those of a list that are to be cut over, as they stand by now: to make all of them ready takes long, and nobody keeps others from
// doing something with one that is ready.
Result<std::vector<Moving>> made_ready(PlatformParts& parts, std::vector<Moving> moving, const std::string& to) {
  for (auto& one : moving) {
    DIVIO_ASSIGN(one.begun, controller::latest_migration(*parts.store, one.key));
    if (!leads_to(one.begun, to))
      return fail(ErrorCode::conflict, fmt::format("somebody ended the migration of {} to region {} meanwhile", controller::name_of(one.key), to), "run this again");
  }
  std::erase_if(moving, &Moving::is_over);
  return moving;
}

// Those of which a migration goes on.
Result<std::vector<Moving>> under_way(PlatformParts& parts, const Target& target, const MigrationGroup& group) {
  DIVIO_TRY(environments, members(parts, target, group));
  std::vector<Moving> found;
  for (const auto& one : environments) {
    DIVIO_TRY(latest, controller::latest_migration(*parts.store, one.key));
    if (is_moving(latest)) found.push_back({one.key, std::move(latest)});
  }
  if (!found.empty()) return found;
  return fail(ErrorCode::not_found, "nothing of it is being moved", "divioctl migrate list says what is");
}

std::string told(const MigrationView& view) {
  const auto pause = view.attempts.empty() || view.attempts.back().pause_ms <= 0 ? "" : fmt::format(", requests waited for {:.0f} ms", view.attempts.back().pause_ms);
  return fmt::format("{}/{}: {}, region {} serves{}", view.project, view.environment, view.phase, view.serves, pause);
}

// Gathers what came of each.
class Outcomes {
 public:
  void add(const model::EnvironmentKey& key, Result<MigrationView> outcome) {
    const std::lock_guard lock(mutex_);
    if (outcome) views_.push_back(std::move(*outcome));
    else failed_.push_back({key, std::move(outcome).error()});
  }

  [[nodiscard]] Result<std::vector<MigrationView>> end(std::string_view what, const Listener& tell) {
    std::ranges::sort(views_, {}, [](const auto& view) { return std::pair(view.project, view.environment); });
    if (failed_.empty()) return std::move(views_);
    std::ranges::sort(failed_, {}, [](const auto& one) { return controller::name_of(one.key); });
    if (tell)
      for (const auto& view : views_) tell(Notice{Notice::Level::info, told(view)});
    auto error = controller::error_of(failed_, failed_.size() + views_.size(), what);
    if (failed_.size() + views_.size() > 1) error.hint += (error.hint.empty() ? "" : "\n") + std::string("the same command goes on with those that failed");
    return Failure(std::move(error));
  }

 private:
  std::mutex mutex_;
  std::vector<MigrationView> views_;
  std::vector<controller::Failed> failed_;
};

// One after the other; what fails does not keep the others waiting.
Result<std::vector<MigrationView>> each(const std::vector<Moving>& moving, const CallOptions& options, std::string_view what, const Act& act) {
  Outcomes outcomes;
  for (const auto& one : moving) {
    auto tagged = options;
    tagged.listener = tagged_with(controller::name_of(one.key), options.listener);
    auto outcome = act(target_of(one.key), tagged);
    const bool cancelled = !outcome && outcome.error().code == ErrorCode::cancelled;
    outcomes.add(one.key, std::move(outcome));
    if (cancelled) break;
  }
  return outcomes.end(what, options.listener);
}

// All at the same time. `act` is called from several threads: the regions' parts are open by then.
Result<std::vector<MigrationView>> together(PlatformParts& parts, const std::vector<Moving>& moving, const CallOptions& options, std::string_view what, const Act& act) {
  for (const auto& one : moving)
    for (const auto& region : {one.begun->source, one.begun->target}) DIVIO_CHECK(parts.runtime(region));
  const auto one_at_a_time = serialized(options.listener);
  Outcomes outcomes;
  {
    std::vector<std::jthread> threads;
    for (const auto& one : moving)
      threads.emplace_back([&, key = one.key] {
        auto tagged = options;
        tagged.listener = tagged_with(controller::name_of(key), one_at_a_time);
        outcomes.add(key, act(target_of(key), tagged));
      });
  }
  return outcomes.end(what, options.listener);
}

std::string hash_of(const std::vector<MigrationPlanView>& plans) {
  std::string text;
  for (const auto& plan : plans) text += fmt::format("{}/{} {}\n", plan.project, plan.environment, plan.hash);
  return sha256_hex(text).substr(0, 16);
}

// The options that mean this group.
std::string as_said(const Target& target, const MigrationGroup& group, const std::string& to) {
  const auto which = !group.application.empty() ? "--application " + group.application : target.project.empty() ? "" : "--project " + target.project;
  const auto where = group.all_environments ? "--all-environments" : "-e " + target.environment;
  return fmt::format("{}{}{} --to {}", which, which.empty() ? "" : " ", where, to);
}

// Before anything is made.
Result<void> check_plans(const MigrationGroupPlanView& group, const MigrateStartRequest& request) {
  for (const auto& plan : group.plans) {
    const auto name = fmt::format("{}/{}", plan.project, plan.environment);
    for (const auto& one : plan.obstacles)
      if (one.stops) return fail(ErrorCode::refused, fmt::format("{}: {}", name, one.what), one.way_out);
    const auto copied = std::ranges::find(plan.services, "copy", &MigrationServiceView::method);
    if (copied != plan.services.end() && !request.allow_pause)
      return fail(ErrorCode::refused, fmt::format("{}: service '{}' cannot follow: it is copied while requests wait", name, copied->prefix),
                  "if they may wait, say --allow-pause, with a --max-pause that is long enough for its data");
  }
  if (request.plan_hash.empty() || request.plan_hash == group.hash) return {};
  return fail(ErrorCode::conflict, fmt::format("the plan is another one by now: {}, not {}", group.hash, request.plan_hash), "look at it again: divioctl migrate plan");
}

}  // namespace

Result<MigrationGroupPlanView> Platform::plan_migrations(const Target& target, const MigrationGroup& group, const MigratePlanRequest& request) {
  DIVIO_TRY(environments, members(*parts_, target, group));
  DIVIO_TRY(moving, moving_to(*parts_, environments, request.to));
  MigrationGroupPlanView view;
  for (const auto& one : moving) {
    if (one.begun) continue;
    DIVIO_TRY(plan, plan_migration(target_of(one.key), request));
    view.predicted_pause_ms = std::max(view.predicted_pause_ms, plan.predicted_pause_ms);
    view.predicted_copy_s += plan.predicted_copy_s;
    view.plans.push_back(std::move(plan));
  }
  view.possible = std::ranges::all_of(view.plans, &MigrationPlanView::possible);
  view.hash = hash_of(view.plans);
  const auto said = as_said(target, group, request.to);
  view.next = view.possible ? fmt::format("divioctl migrate start {} --plan-hash {}", said, view.hash) : fmt::format("divioctl migrate plan {}", said);
  return view;
}

Result<std::vector<MigrationView>> Platform::start_migrations(const Target& target, const MigrationGroup& group, const MigrateStartRequest& request,
                                                              const CallOptions& options) {
  DIVIO_TRY(environments, members(*parts_, target, group));
  DIVIO_CHECK(check_not_elsewhere(*parts_, environments, request.to));
  DIVIO_TRY(moving, moving_to(*parts_, environments, request.to));
  DIVIO_TRY(plans, plan_migrations(target, group, {.to = request.to}));
  const bool anew = std::ranges::none_of(moving, [](const auto& one) { return one.begun.has_value(); });
  auto held = request;
  if (!anew) held.plan_hash.clear();  // it was of all of them
  DIVIO_CHECK(check_plans(plans, held));
  held.plan_hash.clear();
  held.hold_cutover = true;
  std::erase_if(moving, &Moving::is_over);
  DIVIO_CHECK(each(moving, options, "could not be made ready", [&](const Target& one, const CallOptions& tagged) -> Result<MigrationView> {
    DIVIO_TRY(key, find_key(one));
    DIVIO_TRY(known, controller::latest_migration(*parts_->store, key));
    if (leads_to(known, request.to) && known->phase >= model::MigrationPhase::verified) return migration(one);
    return start_migration(one, held, tagged);
  }));
  if (request.hold_cutover) return migrations(target, group);
  DIVIO_TRY(ready, made_ready(*parts_, std::move(moving), request.to));
  DIVIO_CHECK(together(*parts_, ready, options, "could not be cut over",
                       [&](const Target& one, const CallOptions& tagged) { return cut_over_migration(one, {.window = request.window}, tagged); }));
  return migrations(target, group);
}

Result<std::vector<MigrationView>> Platform::cut_over_migrations(const Target& target, const MigrationGroup& group, const MigrateCutOverRequest& request,
                                                                 const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group));
  std::erase_if(moving, &Moving::is_over);
  if (moving.empty()) return migrations(target, group);
  return together(*parts_, moving, options, "could not be cut over", [&](const Target& one, const CallOptions& tagged) { return cut_over_migration(one, request, tagged); });
}

Result<std::vector<MigrationView>> Platform::abort_migrations(const Target& target, const MigrationGroup& group, const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group));
  return each(moving, options, "could not be given up", [this](const Target& one, const CallOptions& tagged) { return abort_migration(one, tagged); });
}

// Back, as long as one of them is there: those that are back already stay.
Result<std::vector<MigrationView>> Platform::reverse_migrations(const Target& target, const MigrationGroup& group, const MigrateReverseRequest& request,
                                                                const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group));
  const auto is_there = [](const Moving& one) { return one.begun->there; };
  if (std::ranges::any_of(moving, is_there)) std::erase_if(moving, [&](const auto& one) { return !is_there(one); });
  return together(*parts_, moving, options, "could not be handed back", [&](const Target& one, const CallOptions& tagged) { return reverse_migration(one, request, tagged); });
}

Result<std::vector<MigrationView>> Platform::finalize_migrations(const Target& target, const MigrationGroup& group, const MigrateFinalizeRequest& request,
                                                                 const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group));
  return each(moving, options, "could not be finalised", [&](const Target& one, const CallOptions& tagged) { return finalize_migration(one, request, tagged); });
}

Result<std::vector<MigrationView>> Platform::migrations(const Target& target, const MigrationGroup& group) {
  DIVIO_TRY(environments, members(*parts_, target, group));
  std::vector<MigrationView> views;
  for (const auto& one : environments) {
    DIVIO_TRY(latest, controller::latest_migration(*parts_->store, one.key));
    if (latest) views.push_back(migration::environment::view_of(*latest));
  }
  return views;
}

}  // namespace divio
