#include "platform/migrations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/amounts.hpp"
#include "controller/migrations.hpp"
#include "controller/operation_run.hpp"
#include "controller/outcome.hpp"
#include "controller/release_config.hpp"
#include "migration/environment/migrate.hpp"
#include "platform/backups.hpp"
#include "platform/lost_region.hpp"
#include "platform/within.hpp"
#include "support/text.hpp"
#include "system/address.hpp"

namespace divio {
namespace {

namespace moving = migration::environment;
using planning::MigrationWish;

// The parts of an environment's region, and of the one that it is to go to.
Result<moving::Regions> regions_for(PlatformParts& parts, const model::EnvironmentKey& key, const std::string& to) {
  DIVIO_TRY(name, model::RegionName::parse(to));
  DIVIO_TRY(place, recorded_place(parts, key));
  DIVIO_TRY(source, parts.runtime(place));
  DIVIO_CHECK(controller::need_environment(*source, key));
  DIVIO_TRY(target, parts.runtime(name));
  return moving::Regions{*source, *target};
}

Result<moving::Regions> regions_of(PlatformParts& parts, const model::Migration& migration) {
  DIVIO_TRY(source, parts.runtime(migration.source));
  DIVIO_TRY(target, parts.runtime(migration.target));
  return moving::Regions{*source, *target};
}

}  // namespace

Result<model::Migration> need_migration(PlatformParts& parts, const model::EnvironmentKey& key) {
  DIVIO_TRY(found, controller::latest_migration(*parts.store, key));
  if (found) return std::move(*found);
  return fail(ErrorCode::not_found, fmt::format("{} was never moved", key.stem()),
              fmt::format("divioctl migrate plan -e {} --to REGION says what moving it would come to", key.environment.str()));
}

Result<void> check_pause(std::chrono::milliseconds pause) {
  if (pause <= std::chrono::minutes(5)) return {};
  return fail(ErrorCode::invalid, "requests cannot wait for more than 5 minutes", "give a shorter --max-pause");
}

Result<void> check_when(const MigrateStartRequest& request) {
  if (!request.now || (request.window.empty() && !request.hold_cutover)) return {};
  return fail(ErrorCode::invalid, "a cut-over is now, in a window, or held", "give one of --now, --window and --hold-cutover");
}

Result<std::optional<model::Window>> window_of(const std::string& text) {
  if (text.empty()) return std::optional<model::Window>();
  return model::parse_window(text).map([](const auto& window) { return std::optional(window); });
}

namespace {

Result<MigrationView> carry_on(PlatformParts& parts, const Target& target, const moving::Going& going, const CallOptions& options) {
  DIVIO_CHECK(check_pause(going.max_pause));
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(migration, need_migration(parts, key));
  DIVIO_CHECK(planning::check_wish(migration, going.wish, going.ending.alone || going.lost));
  DIVIO_TRY(regions, regions_of(parts, migration));
  DIVIO_TRY(now, moving::carry_on(regions, migration, going, call_of(options)));
  return moving::view_of(now);
}

// "50MB", or "50MB/s".
Result<std::uint64_t> bytes_of(std::string text) {
  if (text.empty()) return std::uint64_t{0};
  if (text.ends_with("/s")) text.resize(text.size() - 2);
  if (text.ends_with('B')) text.resize(text.size() - 1);
  const auto bytes = config::parse_bytes(text);
  if (bytes && *bytes > 0) return *bytes;
  return fail(ErrorCode::invalid, fmt::format("'{}' is no rate", text), "write it like 50MB/s or 400M, which is a second, too");
}

// One that is new: refused where another one goes on.
Result<model::Migration> begin(PlatformParts& parts, const model::EnvironmentKey& key, const MigrateStartRequest& request, const CallOptions& options,
                               bool ready_only = false) {
  DIVIO_TRY(window, window_of(request.window));
  DIVIO_TRY(regions, regions_for(parts, key, request.to));
  DIVIO_CHECK(check_pause(request.max_pause));
  DIVIO_TRY(rate, bytes_of(request.bandwidth));
  DIVIO_CHECK(settle(parts, regions.target.region.name));
  return moving::begin_migration(regions, {key, request.max_pause, request.allow_pause, request.hold_cutover, rate, request.plan_hash, window, {}, ready_only}, call_of(options));
}

Result<MigrationView> go_on_with(PlatformParts& parts, const Target& target, const MigrateStartRequest& request, const CallOptions& options, bool ready_only) {
  DIVIO_TRY(window, window_of(request.window));
  DIVIO_TRY(now, carry_on(parts, target, {.window = window, .hold = request.now || request.hold_cutover || ready_only}, options));
  const bool is_ready = now.phase == to_string(model::MigrationPhase::verified);
  return request.now && is_ready && !ready_only ? carry_on(parts, target, {.wish = MigrationWish::cut_over, .now = true}, options) : now;
}

Result<MigrationView> start_moving(PlatformParts& parts, const Target& target, const MigrateStartRequest& request, const CallOptions& options, bool ready_only) {
  DIVIO_CHECK(check_when(request));
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(known, controller::latest_migration(*parts.store, key));
  if (known && known->goes_on()) {
    if (!known->in_place() && known->target.str() == request.to && known->phase < model::MigrationPhase::soaking)
      return go_on_with(parts, target, request, options, ready_only);
    return fail(ErrorCode::conflict, planning::under_way(*known), "what comes next: " + planning::next_command(*known));
  }
  DIVIO_TRY(now, begin(parts, key, request, options, ready_only));
  return moving::view_of(now);
}

}  // namespace

Result<MigrationView> make_ready(PlatformParts& parts, const Target& target, const MigrateStartRequest& request, const CallOptions& options) {
  return start_moving(parts, target, request, options, true);
}

Result<MigrationPlanView> Platform::plan_migration(const Target& target, const MigratePlanRequest& request) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(regions, regions_for(*parts_, key, request.to));
  return moving::plan_migration(regions, key);
}

Result<MigrationView> Platform::start_migration(const Target& target, const MigrateStartRequest& request, const CallOptions& options) {
  return start_moving(*parts_, target, request, options, false);
}

Result<MigrationRehearsalView> Platform::rehearse_migration(const Target& target, const MigrateRehearseRequest& request, const CallOptions& options) {
  using enum model::MigrationPhase;
  const auto is_sent_as_it_is = [](char c) { return c > ' ' && c < 0x7f; };
  if (!request.path.starts_with('/') || !std::ranges::all_of(request.path, is_sent_as_it_is))
    return fail(ErrorCode::invalid, "what the application is asked for begins with / and has no spaces", "give a --path like /health, percent-encoded");
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(known, controller::latest_migration(*parts_->store, key));
  const bool was_there = known && known->goes_on();
  if (was_there && (known->in_place() || known->target.str() != request.to || known->phase > verified))
    return fail(ErrorCode::conflict, fmt::format("{} is being moved to {} already ({})", key.stem(), known->side(true), to_string(known->phase)),
                "what comes next: " + planning::next_command(*known));
  const auto began = parts_->clock->now();
  if (was_there) DIVIO_CHECK(carry_on(*parts_, target, {.hold = true}, options));
  else DIVIO_CHECK(begin(*parts_, key, {.to = request.to, .allow_pause = true, .hold_cutover = true, .bandwidth = request.bandwidth}, options));
  const auto ready = std::chrono::duration<double>(parts_->clock->now() - began).count();
  DIVIO_TRY(migration, need_migration(*parts_, key));
  DIVIO_TRY(regions, regions_of(*parts_, migration));
  DIVIO_TRY(view, moving::rehearse(regions, migration, request.path, call_of(options)));
  view.ready_s = ready;
  view.kept = was_there || request.keep;
  if (!view.kept) DIVIO_CHECK(abort_migration(target, {}, options));
  return view;
}

Result<MigrationView> Platform::cut_over_migration(const Target& target, const MigrateCutOverRequest& request, const CallOptions& options) {
  if (request.now && !request.window.empty()) return fail(ErrorCode::invalid, "a cut-over is now or in a window", "give one of --now and --window");
  DIVIO_TRY(window, window_of(request.window));
  if (!request.without.empty()) {
    if (window || request.max_pause.count() > 0) return fail(ErrorCode::invalid, "from a region that is gone the other one takes over now, and nothing waits for it", "leave out --window and --max-pause");
    DIVIO_TRY(lost, region_to_take_over_from(*parts_, target, request.without));
    return carry_on(*parts_, target, {.wish = MigrationWish::cut_over, .now = true, .lost = std::move(lost)}, options);
  }
  return carry_on(*parts_, target, {.wish = MigrationWish::cut_over, .max_pause = request.max_pause, .window = window, .now = request.now}, options);
}

Result<MigrationView> Platform::abort_migration(const Target& target, const MigrateAbortRequest& request, const CallOptions& options) {
  DIVIO_TRY(alone, is_alone(*parts_, target, request.without));
  return carry_on(*parts_, target, {.wish = MigrationWish::abort, .ending = {.alone = alone}}, options);
}

Result<MigrationView> Platform::reverse_migration(const Target& target, const MigrateReverseRequest& request, const CallOptions& options) {
  return carry_on(*parts_, target, {MigrationWish::reverse, request.max_pause}, options);
}

Result<MigrationView> Platform::finalize_migration(const Target& target, const MigrateFinalizeRequest& request, const CallOptions& options) {
  DIVIO_TRY(alone, is_alone(*parts_, target, request.without));
  moving::Ending ending{alone, request.unverified, std::chrono::days(request.keep_backup), std::chrono::days(request.forward), options.lock_wait,
                        [this](const model::RegionName& region) { return shelf_of(*parts_, region); }};
  return carry_on(*parts_, target, {.wish = MigrationWish::finalise, .ending = std::move(ending)}, options);
}

Result<MigrationView> Platform::resume_migration(const Target& target, const MigrateResumeRequest& request, const CallOptions& options) {
  return carry_on(*parts_, target, {.now = request.now}, options);
}

Result<MigrationView> Platform::migration(const Target& target) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(found, need_migration(*parts_, key));
  auto view = moving::view_of(found);
  if (auto regions = regions_of(*parts_, found)) moving::add_progress(*regions, found, view);
  return view;
}

Result<std::string> Platform::plot_migration(const Target& target, int attempt) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(found, need_migration(*parts_, key));
  DIVIO_TRY(regions, regions_of(*parts_, found));
  return moving::plot_cut_over(regions, found, attempt);
}

Result<std::vector<MigrationView>> Platform::migrations() {
  DIVIO_TRY(all, controller::migrations(*parts_->store));
  std::vector<MigrationView> views;
  for (const auto& one : all) views.push_back(moving::view_of(one));
  return views;
}

namespace {

bool is_at_work(PlatformParts& parts, const model::EnvironmentKey& key) {
  const auto leases = parts.store->leases().leases();
  return leases && std::ranges::any_of(*leases, [&](const auto& one) {
    return one.subject == controller::lease_subject(key) && one.expires_at > parts.clock->now();
  });
}

}  // namespace

namespace {

constexpr std::chrono::milliseconds for_dns{1500};

// Names that people may still reach it by in the region that it left: those that lead to one region by themselves are not theirs
// to change.
void add_dns(PlatformParts& parts, const model::Migration& migration, StatusView& status) {
  const auto serving = parts.store->regions().region(migration.serving());
  const auto other = parts.store->regions().region(migration.other());
  if (!serving || !*serving || !other) return;
  auto names = status.domains;
  for (const auto& region : {*serving, *other})
    if (region) std::erase(names, controller::own_host(migration.key, region->domain));
  const auto should = system::ipv4_of(model::host_of(**serving));
  if (!should) return;
  const auto does = system::ipv4_of(names, for_dns);
  for (std::size_t i = 0; i < names.size(); ++i) status.dns.push_back({names[i], *should, does[i], does[i] == *should});
}

}  // namespace

void add_move(PlatformParts& parts, const model::EnvironmentKey& key, StatusView& status) {
  using enum model::MigrationPhase;
  const auto found = controller::latest_migration(*parts.store, key);
  if (!found || !*found) return;
  const auto& one = **found;
  if (one.was_handed_over() && !one.in_place()) add_dns(parts, one, status);
  if (!one.goes_on()) return;
  if (one.phase == soaking || one.phase == verified || is_at_work(parts, key)) return;  // those two last as long as one likes
  status.problems.push_back(fmt::format("the move from {} to {} is {} and has not come to its end: {}", one.side(false), one.side(true),
                                        to_string(one.phase), planning::next_command(one)));
}

Error with_way_out(PlatformParts& parts, const model::EnvironmentKey& key, Error error) {
  const auto found = controller::latest_migration(*parts.store, key);
  return found && *found ? planning::with_way_out(std::move(error), &**found, (*found)->serving()) : error;
}

Result<std::optional<RolloutOutcome>> resume_move(PlatformParts& parts, const std::string& id, const CallOptions& options) {
  DIVIO_TRY(operation, parts.store->journal().operation(id));
  if (!operation || operation->outcome != model::Outcome::running || operation->kind != model::OperationKind::migrate) return std::nullopt;
  const Target target{.project = operation->key.project.str(), .environment = operation->key.environment.str()};
  DIVIO_TRY(now, carry_on(parts, target, {MigrationWish::go_on}, options));
  RolloutOutcome outcome;
  outcome.operation = id;
  outcome.outcome = "changed";
  outcome.region = now.serves;
  return std::optional(std::move(outcome));
}

}  // namespace divio
