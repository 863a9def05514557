// What the fake Platform says of migrations. Nothing is in the way to region ch, and something to any other.
#include <fmt/format.h>

#include "cli/fake_calls.hpp"
#include "divio/platform.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {

using namespace fake;

namespace {

MigrationServiceView moved_database() {
  return {.prefix = "default", .type = "postgres", .version = "15", .method = "replication", .from = "divio-postgres-15",
          .to = "divio-postgres-15", .bytes = 4'294'967'296, .tables = 12};
}

MigrationView moved(const Target& target, std::string phase) {
  MigrationView view{.id = "01mig", .project = "shop", .environment = target.environment, .from = "eu", .to = "ch",
                     .phase = std::move(phase), .serves = "ch"};
  view.began_at = "2026-11-28T09:00:00.000Z";
  view.changed_at = "2026-11-28T09:31:00.000Z";
  auto service = moved_database();
  service.copied = 12;
  service.copied_bytes = service.bytes;
  service.lag_bytes = 2048;
  service.following = true;
  view.services = {service};
  view.attempts = {{1, "eu", "ch", "aborted", "2026-11-28T09:20:00.000Z", 2100, "requests would have waited for more than 2s"},
                   {2, "eu", "ch", "committed", "2026-11-28T09:30:00.000Z", 340, ""}};
  view.comparisons = {{"finalising", "2026-11-28T09:31:00.000Z", "ch", "eu", false, true, "6b6b",
                       {{.prefix = "default", .schema = "abcd", .tables = {{"public.note", 4, "78"}, {"public.page", 1, "5"}}, .sequences = {{"public.note_id_seq", "36", "4"}},
                         .differences = {"table public.note has other content in region eu"}}}}};
  if (view.phase == "following") view.window = "Mon,Tue 01:00-05:00 UTC";
  view.next = "divioctl migrate finalize --project shop -e " + target.environment;
  if (view.phase == "finalised") {
    view.backup = {"20261128-093100-4f2a", "2026-12-28T09:31:00.000Z"};
    view.forwards_until = "2026-12-28T09:31:00.000Z";
  }
  if (view.phase != "soaking") {
    view.serves = view.phase == "finalised" ? "ch" : "eu";
    view.next.clear();
  }
  return view;
}

// The database went to a server of its own.
MigrationView moved_within(const Target& target) {
  auto view = moved(target, "soaking");
  view.service = "default";
  view.from = "divio-postgres-15";
  view.to = view.serves = "divio-shop-live-default";
  view.services.front().to = view.to;
  view.attempts = {{1, view.from, view.to, "committed", "2026-11-28T09:30:00.000Z", 340, ""}};
  view.comparisons.clear();
  return view;
}

// Media in S3 went to another bucket.
MigrationView moved_to_bucket(const Target& target, std::string phase) {
  auto view = moved(target, std::move(phase));
  view.service = "media";
  view.from = "uploads at https://s3.eu.example.com";
  view.to = view.serves = "shop-live at https://s3.example.ch";
  view.services = {{.prefix = "media", .type = "media", .version = {}, .method = "passes", .from = view.from, .to = view.to}};
  view.attempts = {{1, view.from, view.to, "committed", "2026-11-28T09:30:00.000Z", 340, ""}};
  view.comparisons.clear();
  view.backup = {};
  view.forwards_until.clear();
  return view;
}

Result<MigrationView> moved_within_after(const std::string& call, const Target& target, const std::string& request) {
  record(call, target, request);
  if (auto good = ready(call); !good) return Failure(good.error());
  return moved_within(target);
}

Result<MigrationView> moved_after(const std::string& call, const Target& target, const std::string& request, std::string phase) {
  record(call, target, request);
  if (auto good = ready(call); !good) return Failure(good.error());
  return moved(target, std::move(phase));
}

std::string said(const MigrationGroup& group, const std::string& request) { return group.application + (group.all_environments ? " all" : "") + " " + request; }

Result<std::vector<MigrationView>> all_moved_after(const std::string& call, const Target& target, const MigrationGroup& group, const std::string& request,
                                                   const std::string& phase) {
  record(call, target, said(group, request));
  if (auto good = ready(call); !good) return Failure(good.error());
  return std::vector{moved({.environment = "live"}, phase), moved({.environment = "test"}, phase)};
}

MigrationPlanView planned_within(const Target& target, const std::string& act, const std::string& to, bool possible) {
  MigrationPlanView plan{.project = "shop", .environment = target.environment, .from = "divio-postgres-15", .to = "divio-shop-live-default"};
  plan.services = {moved_database()};
  plan.possible = possible;
  plan.hash = "3f2a91c0";
  if (!possible) plan.obstacles.push_back({true, "service 'default' is not attached", "attach it"});
  plan.next = fmt::format("divioctl service {}{} --project shop -e {} --to {}", act, possible ? "" : " --dry-run", target.environment, to);
  return plan;
}

MigrationPlanView planned(const Target& target, const MigratePlanRequest& request) {
  MigrationPlanView plan{.project = "shop", .environment = target.environment, .from = "eu", .to = request.to, .release = 4,
                         .image = "divio/shop:abc"};
  plan.services = {moved_database()};
  plan.predicted_pause_ms = 340;
  plan.predicted_copy_s = 200;
  plan.hash = "3f2a91c0";
  plan.possible = request.to == "ch";
  if (!plan.possible)
    plan.obstacles.push_back({true, "table public.log of service 'default' has no primary key",
                              "add one, or ALTER TABLE public.log REPLICA IDENTITY FULL"});
  plan.next = fmt::format("divioctl migrate {} --project shop -e {} --to {}{}", plan.possible ? "start" : "plan", target.environment, plan.to, plan.possible ? " --plan-hash 3f2a91c0" : "");
  plan.obstacles.push_back({false, "materialized view public.totals is not refreshed by the move", "refresh it afterwards"});
  return plan;
}

}  // namespace

Result<MigrationPlanView> Platform::plan_migration(const Target& target, const MigratePlanRequest& request) {
  record("plan_migration", target, wire::to_json(request));
  return planned(target, request);
}

Result<MigrationGroupPlanView> Platform::plan_migrations(const Target& target, const MigrationGroup& group, const MigratePlanRequest& request) {
  record("plan_migrations", target, said(group, wire::to_json(request)));
  MigrationGroupPlanView view{.plans = {planned({.environment = "live"}, request), planned({.environment = "test"}, request)},
                              .predicted_pause_ms = 340, .predicted_copy_s = 400, .hash = "99c0"};
  view.possible = request.to == "ch";
  view.next = "divioctl migrate start --application webshop -e live --to ch --plan-hash 99c0";
  return view;
}

Result<std::vector<MigrationView>> Platform::start_migrations(const Target& target, const MigrationGroup& group, const MigrateStartRequest& request, const CallOptions&) {
  return all_moved_after("start_migrations", target, group, wire::to_json(request), "soaking");
}
Result<std::vector<MigrationView>> Platform::cut_over_migrations(const Target& target, const MigrationGroup& group, const MigrateCutOverRequest& request, const CallOptions&) {
  return all_moved_after("cut_over_migrations", target, group, wire::to_json(request), "soaking");
}
Result<std::vector<MigrationView>> Platform::abort_migrations(const Target& target, const MigrationGroup& group, const MigrateAbortRequest& request, const CallOptions&) {
  return all_moved_after("abort_migrations", target, group, wire::to_json(request), "aborted");
}
Result<std::vector<MigrationView>> Platform::resume_migrations(const Target& target, const MigrationGroup& group, const MigrateResumeRequest& request, const CallOptions&) {
  return all_moved_after("resume_migrations", target, group, wire::to_json(request), "soaking");
}
Result<std::vector<MigrationView>> Platform::reverse_migrations(const Target& target, const MigrationGroup& group, const MigrateReverseRequest& request, const CallOptions&) {
  return all_moved_after("reverse_migrations", target, group, wire::to_json(request), "soaking");
}
Result<std::vector<MigrationView>> Platform::finalize_migrations(const Target& target, const MigrationGroup& group, const MigrateFinalizeRequest& request, const CallOptions&) {
  return all_moved_after("finalize_migrations", target, group, wire::to_json(request), "finalised");
}
Result<std::vector<MigrationView>> Platform::migrations(const Target& target, const MigrationGroup& group) {
  return all_moved_after("migrations", target, group, "", "soaking");
}

Result<MigrationView> Platform::start_migration(const Target& target, const MigrateStartRequest& request, const CallOptions&) {
  return moved_after("start_migration", target, wire::to_json(request), request.hold_cutover ? "following" : "soaking");
}

// Nothing is in the way of a server of its own, and something of a shared one.
Result<MigrationPlanView> Platform::plan_service_move(const Target& target, const ServiceMoveRequest& request) {
  record("plan_service_move", target, wire::to_json(request) + with(request.s3.secret_key));
  return planned_within(target, "move " + request.prefix, request.to, request.to == "dedicated");
}
Result<MigrationPlanView> Platform::plan_service_upgrade(const Target& target, const ServiceUpgradeRequest& request) {
  record("plan_service_upgrade", target, wire::to_json(request));
  return planned_within(target, "upgrade " + request.prefix, request.to, true);
}
Result<MigrationView> Platform::move_service(const Target& target, const ServiceMoveRequest& request, const HandOverOptions& how, const CallOptions&) {
  auto moved = moved_within_after("move_service", target, wire::to_json(request) + " " + wire::to_json(how) + with(request.s3.secret_key));
  return moved && request.to == "s3" ? moved_to_bucket(target, "soaking") : moved;
}
Result<MigrationView> Platform::upgrade_service(const Target& target, const ServiceUpgradeRequest& request, const HandOverOptions& how, const CallOptions&) {
  return moved_within_after("upgrade_service", target, wire::to_json(request) + " " + wire::to_json(how));
}

MigrationRehearsalView rehearsed(const std::string& environment, const MigrateRehearseRequest& request) {
  MigrationRehearsalView view{.project = "shop", .environment = environment, .from = "eu", .to = request.to, .ready_s = 71.4, .path = request.path};
  view.status = request.path == "/broken" ? 500 : 200;
  view.good = view.status == 200;
  view.answered_ms = 12;
  view.ways_ms = 84;
  view.services = {{"default", 26.5}};
  view.files_ms = 40;
  view.predicted_pause_ms = 196;
  view.kept = request.keep;
  return view;
}

Result<MigrationRehearsalView> Platform::rehearse_migration(const Target& target, const MigrateRehearseRequest& request, const CallOptions&) {
  record("rehearse_migration", target, wire::to_json(request));
  if (auto good = ready("rehearse_migration"); !good) return Failure(good.error());
  return rehearsed(target.environment, request);
}

Result<std::vector<MigrationRehearsalView>> Platform::rehearse_migrations(const Target& target, const MigrationGroup& group, const MigrateRehearseRequest& request, const CallOptions&) {
  record("rehearse_migrations", target, said(group, wire::to_json(request)));
  return std::vector{rehearsed("live", request), rehearsed("test", request)};
}

Result<MigrationView> Platform::cut_over_migration(const Target& target, const MigrateCutOverRequest& request, const CallOptions&) {
  return moved_after("cut_over_migration", target, wire::to_json(request), "soaking");
}

Result<MigrationView> Platform::reverse_migration(const Target& target, const MigrateReverseRequest& request, const CallOptions&) {
  return moved_after("reverse_migration", target, wire::to_json(request), "soaking");
}

Result<MigrationView> Platform::abort_migration(const Target& target, const MigrateAbortRequest& request, const CallOptions&) {
  return moved_after("abort_migration", target, wire::to_json(request), "aborted");
}

Result<MigrationView> Platform::finalize_migration(const Target& target, const MigrateFinalizeRequest& request, const CallOptions&) {
  return moved_after("finalize_migration", target, wire::to_json(request), "finalised");
}

Result<MigrationView> Platform::resume_migration(const Target& target, const MigrateResumeRequest& request, const CallOptions&) {
  return moved_after("resume_migration", target, wire::to_json(request), "soaking");
}

Result<MigrationView> Platform::migration(const Target& target) {
  if (variable_of("FAKE_MIGRATIONS") == "bucket") return moved_to_bucket(target, "finalised");
  return variable_of("FAKE_MIGRATIONS") == "service" ? moved_within_after("migration", target, "") : moved_after("migration", target, "", "soaking");
}

Result<std::string> Platform::plot_migration(const Target& target, int attempt) {
  record("plot_migration", target, std::to_string(attempt));
  if (auto good = ready("plot_migration"); !good) return Failure(good.error());
  return "<svg/>\n";
}

Result<std::vector<MigrationView>> Platform::migrations() {
  record("migrations", {});
  if (variable_of("FAKE_MIGRATIONS") == "none") return std::vector<MigrationView>{};
  return std::vector{moved({.environment = "live"}, "soaking"), moved({.environment = "test"}, "aborted")};
}

}  // namespace divio
