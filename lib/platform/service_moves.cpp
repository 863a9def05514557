// Services that move within their region.
#include <fmt/format.h>

#include "controller/migrations.hpp"
#include "migration/environment/migrate.hpp"
#include "platform/bucket_login.hpp"
#include "platform/migrations.hpp"
#include "platform/within.hpp"

namespace divio {
namespace {

namespace moving = migration::environment;

Result<moving::InPlace> change_of(const ServiceMoveRequest& request) {
  moving::InPlace change{.prefix = request.prefix};
  if (request.to == to_string(model::MediaStorage::s3)) {
    DIVIO_ASSIGN(change.login, login_of(request.s3));
    return change;
  }
  if (says_bucket(request.s3))
    return fail(ErrorCode::invalid, fmt::format("a bucket is where media move to, and a database moves to a server: --to {}", request.to), "say --to s3, or nothing of a bucket");
  const auto scope = model::service_scope(request.to);
  if (!scope) return fail(ErrorCode::invalid, fmt::format("a service does not move to '{}'", request.to), "use one of shared, dedicated, s3");
  change.scope = *scope;
  return change;
}

Result<moving::InPlace> change_of(const ServiceUpgradeRequest& request) {
  if (request.to.empty()) return fail(ErrorCode::invalid, "no version is named", "say which one: --to 16");
  return moving::InPlace{.prefix = request.prefix, .version = request.to};
}

// Whether that migration leads to where it is to go.
bool leads_there(const model::Migration& migration, const moving::InPlace& change) {
  if (!migration.in_place() || migration.phase >= model::MigrationPhase::soaking) return false;
  const auto& service = migration.services.front();
  const auto& place = service.target_place;
  if (change.login) return service.prefix == change.prefix && place && place->login && place->login->bucket == change.login->bucket && place->login->access_key == change.login->access_key;
  return service.prefix == change.prefix && place && !place->login && (change.version.empty() || place->version == change.version) && (!change.scope || place->scope == *change.scope);
}

template <class Request>
Result<MigrationPlanView> plan(PlatformParts& parts, const Target& target, const Request& request) {
  DIVIO_TRY(change, change_of(request));
  return with_environment(parts, target, [&](auto& runtime, const auto& key) { return moving::plan_in_place(runtime, key, change); });
}

template <class Request>
Result<MigrationView> move(PlatformParts& parts, const Target& target, const Request& request, const HandOverOptions& how, const CallOptions& options) {
  DIVIO_TRY(change, change_of(request));
  DIVIO_TRY(window, window_of(how.window));
  DIVIO_CHECK(check_pause(how.max_pause));
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(region, recorded_place(parts, key));
  DIVIO_TRY(runtime, parts.runtime(region));
  const moving::Regions here{*runtime, *runtime};
  DIVIO_TRY(known, controller::latest_migration(*parts.store, key));
  if (known && known->goes_on()) {
    if (!leads_there(*known, change))
      return fail(ErrorCode::conflict, planning::under_way(*known), "what comes next: " + planning::next_command(*known));
    DIVIO_TRY(now, moving::carry_on(here, *known, {.window = window, .hold = how.hold_cutover}, call_of(options)));
    return moving::view_of(now);
  }
  moving::Beginning beginning{key, how.max_pause, how.allow_pause, how.hold_cutover};
  beginning.plan_hash = how.plan_hash;
  beginning.window = window;
  beginning.in_place = change;
  DIVIO_TRY(now, moving::begin_migration(here, beginning, call_of(options)));
  return moving::view_of(now);
}

}  // namespace

Result<MigrationPlanView> Platform::plan_service_move(const Target& target, const ServiceMoveRequest& request) { return plan(*parts_, target, request); }

Result<MigrationPlanView> Platform::plan_service_upgrade(const Target& target, const ServiceUpgradeRequest& request) { return plan(*parts_, target, request); }

Result<MigrationView> Platform::move_service(const Target& target, const ServiceMoveRequest& request, const HandOverOptions& how, const CallOptions& options) {
  return move(*parts_, target, request, how, options);
}

Result<MigrationView> Platform::upgrade_service(const Target& target, const ServiceUpgradeRequest& request, const HandOverOptions& how, const CallOptions& options) {
  return move(*parts_, target, request, how, options);
}

}  // namespace divio
