// Moves of several environments as one.
#include <fmt/format.h>

#include <algorithm>

#include "controller/migrations.hpp"
#include "migration/environment/migrate.hpp"
#include "platform/group_acts.hpp"
#include "platform/migrations.hpp"
#include "platform/within.hpp"
#include "support/ids.hpp"

namespace divio {
namespace {

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

// Those that another region serves, and that are not to be taken over from the lost one in the midst of an attempt, stay as they are.
Result<void> keep_those_to_take_over(std::vector<Moving>& moving, const std::string& lost) {
  const auto is_one_of_its = [&](const Moving& one) { return one.begun->source.str() == lost || one.begun->target.str() == lost; };
  if (std::ranges::none_of(moving, is_one_of_its))
    return fail(ErrorCode::invalid, fmt::format("nothing of it is moved from or to a region {}", lost), "divioctl migrate list says what is moved from where to where");
  std::erase_if(moving, [&](const auto& one) { return !is_one_of_its(one) || (one.begun->serving().str() != lost && one.begun->phase != model::MigrationPhase::cutting_over); });
  return {};
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
  DIVIO_CHECK(check_when(request));
  DIVIO_TRY(environments, members(*parts_, target, group));
  DIVIO_CHECK(check_not_elsewhere(*parts_, environments, request.to));
  DIVIO_TRY(moving, moving_to(*parts_, environments, request.to));
  DIVIO_TRY(plans, plan_migrations(target, group, {.to = request.to}));
  const bool anew = std::ranges::none_of(moving, [](const auto& one) { return one.begun.has_value(); });
  auto held = request;
  if (!anew) held.plan_hash.clear();  // it was of all of them
  DIVIO_CHECK(check_plans(plans, held));
  held.plan_hash.clear();
  std::erase_if(moving, &Moving::is_over);
  DIVIO_CHECK(each<MigrationView>(moving, options, {"could not be made ready"}, [&](const Target& one, const CallOptions& tagged) -> Result<MigrationView> {
    DIVIO_TRY(key, find_key(one));
    DIVIO_TRY(known, controller::latest_migration(*parts_->store, key));
    if (leads_to(known, request.to) && known->phase >= model::MigrationPhase::verified) return migration(one);
    return make_ready(*parts_, one, held, tagged);
  }));
  if (request.hold_cutover) return migrations(target, group);
  DIVIO_TRY(ready, made_ready(*parts_, std::move(moving), request.to));
  DIVIO_CHECK(together(*parts_, ready, options, {"could not be cut over"},
                       [&](const Target& one, const CallOptions& tagged) { return cut_over_migration(one, {.window = request.window, .now = request.now}, tagged); }));
  return migrations(target, group);
}

Result<std::vector<MigrationView>> Platform::cut_over_migrations(const Target& target, const MigrationGroup& group, const MigrateCutOverRequest& request,
                                                                 const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group));
  if (request.without.empty()) std::erase_if(moving, &Moving::is_over);
  else DIVIO_CHECK(keep_those_to_take_over(moving, request.without));
  if (moving.empty()) return migrations(target, group);
  return together(*parts_, moving, options, {"could not be cut over"}, [&](const Target& one, const CallOptions& tagged) { return cut_over_migration(one, request, tagged); });
}

Result<std::vector<MigrationView>> Platform::abort_migrations(const Target& target, const MigrationGroup& group, const MigrateAbortRequest& request, const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group, model::MigrationPhase::aborted));
  return each<MigrationView>(moving, options, {"could not be given up"}, [&](const Target& one, const CallOptions& tagged) { return abort_migration(one, request, tagged); });
}

// Those that were to be held stay, as when one of them is resumed.
Result<std::vector<MigrationView>> Platform::resume_migrations(const Target& target, const MigrationGroup& group, const MigrateResumeRequest& request,
                                                               const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group));
  const Doing doing{"could not be resumed"};
  DIVIO_CHECK(each<MigrationView>(moving, options, doing, [&](const Target& one, const CallOptions& tagged) -> Result<MigrationView> {
    DIVIO_TRY(key, find_key(one));
    DIVIO_TRY(known, controller::latest_migration(*parts_->store, key));
    const bool to_be_made_ready = known && known->goes_on() && known->phase < model::MigrationPhase::soaking;
    return to_be_made_ready ? make_ready(*parts_, one, {.to = known->target.str()}, tagged) : resume_migration(one, request, tagged);
  }));
  std::vector<Moving> ready;
  for (auto& one : moving) {
    DIVIO_ASSIGN(one.begun, controller::latest_migration(*parts_->store, one.key));
    if (one.begun && one.begun->phase == model::MigrationPhase::verified && !one.begun->hold_cutover) ready.push_back(std::move(one));
  }
  if (!ready.empty())
    DIVIO_CHECK(together(*parts_, ready, options, doing, [&](const Target& one, const CallOptions& tagged) { return cut_over_migration(one, {.now = request.now}, tagged); }));
  return migrations(target, group);
}

Result<std::vector<MigrationRehearsalView>> Platform::rehearse_migrations(const Target& target, const MigrationGroup& group, const MigrateRehearseRequest& request,
                                                                          const CallOptions& options) {
  DIVIO_TRY(environments, members(*parts_, target, group));
  DIVIO_CHECK(check_not_elsewhere(*parts_, environments, request.to));
  DIVIO_TRY(moving, moving_to(*parts_, environments, request.to));
  std::erase_if(moving, &Moving::is_over);
  if (moving.empty()) return fail(ErrorCode::conflict, fmt::format("region {} serves all of it already", request.to), "divioctl migrate list says how each stands");
  return each<MigrationRehearsalView>(moving, options, {"could not be rehearsed", {}},
                                      [&](const Target& one, const CallOptions& tagged) { return rehearse_migration(one, request, tagged); });
}

// Back, as long as one of them is there: those that are back already stay.
Result<std::vector<MigrationView>> Platform::reverse_migrations(const Target& target, const MigrationGroup& group, const MigrateReverseRequest& request,
                                                                const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group));
  const auto is_there = [](const Moving& one) { return one.begun->there; };
  if (std::ranges::any_of(moving, is_there)) std::erase_if(moving, [&](const auto& one) { return !is_there(one); });
  return together(*parts_, moving, options, {"could not be handed back"}, [&](const Target& one, const CallOptions& tagged) { return reverse_migration(one, request, tagged); });
}

Result<std::vector<MigrationView>> Platform::finalize_migrations(const Target& target, const MigrationGroup& group, const MigrateFinalizeRequest& request,
                                                                 const CallOptions& options) {
  DIVIO_TRY(moving, under_way(*parts_, target, group, model::MigrationPhase::finalised));
  return each<MigrationView>(moving, options, {"could not be finalised"}, [&](const Target& one, const CallOptions& tagged) { return finalize_migration(one, request, tagged); });
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
