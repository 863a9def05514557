#include "migration/environment/two_regions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/console.hpp"
#include "controller/execute.hpp"
#include "controller/media_data.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/records.hpp"
#include "controller/rollout.hpp"
#include "controller/service_data.hpp"
#include "controller/services.hpp"
#include "media/pairs.hpp"
#include "model/volume.hpp"
#include "planning/services.hpp"
#include "services/blueprints.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

constexpr std::chrono::seconds for_the_last_requests{30};
constexpr std::chrono::milliseconds between_counts{100};
constexpr int most_plans = 5;  // a network may be taken by others between a look and an act

Placement placement_of(const model::Migration& migration, Side side) {
  Placement placement{.key = migration.key, .region = side == Side::source ? migration.source : migration.target};
  for (const auto& service : migration.services) {
    if (!service.source.empty()) placement.servers[service.prefix] = side == Side::source ? service.source : service.target;
    if (const auto& place = side == Side::source ? service.source_place : service.target_place) placement.places[service.prefix] = *place;
  }
  if (migration.in_place()) placement.generation = migration.generation + (side == Side::source ? 0 : 1);
  return placement;
}

controller::Runtime with_store(const controller::Runtime& runtime, ports::Store& store, ports::Ingress& ingress) {
  return {runtime.engine, ingress, store, runtime.clock, runtime.region, runtime.holder, runtime.services, runtime.programs,
          runtime.open_bucket, runtime.generations};
}

controller::Runtime with_store(const controller::Runtime& runtime, ports::Store& store) { return with_store(runtime, store, runtime.ingress); }

// What a process has there instead of what is wanted of it.
std::map<model::ProcessName, int> scale_of(const model::ReleaseConfig& config, Runs what) {
  std::map<model::ProcessName, int> scale;
  for (const auto& process : config.processes)
    if (what == Runs::nothing || (what == Runs::web && !is_web(process))) scale[process.name] = 0;
  return scale;
}

// Of its server.
std::uint16_t port_of(const model::MovingService& service) {
  return services::blueprint(model::service_type(service.type).value_or(model::ServiceType::postgres)).port;
}

Secret token(const model::Migration& migration, const std::string& purpose) {
  return Secret(sha256_hex(std::string(migration.secret.reveal()) + " " + purpose));
}

}  // namespace

TwoRegions::TwoRegions(controller::Runtime& source, controller::Runtime& target, const model::Migration& migration)
    : base_(source.store),
      key_(migration.key),
      second_set_(target.ingress, migration.key),
      source_store_(source.store, placement_of(migration, Side::source)),
      target_store_(target.store, placement_of(migration, Side::target)),
      source_(with_store(source, source_store_)),
      target_(with_store(target, target_store_, migration.in_place() ? second_set_ : target.ingress)),
      migration_(migration) {
  if (!migration.in_place()) return;
  source_.generations = migration.generations(false);
  target_.generations = migration.generations(true);
}

Result<model::Release> TwoRegions::release(Side side) {
  DIVIO_TRY(environment, controller::need_environment(at(side), key_));
  return controller::need_release(at(side), environment);
}

// Whether there was something to do.
Result<bool> TwoRegions::converge(controller::Runtime& runtime, controller::OperationRun& run, std::stop_token stop) const {
  DIVIO_TRY(environment, controller::need_environment(runtime, key_));
  DIVIO_TRY(moving, controller::need_release(runtime, environment));
  const controller::Change change{environment, moving, environment, moving};
  controller::Work work{runtime, run, &moving, [] { return Result<void>(); }, std::move(stop)};
  for (int round = 1;; ++round) {
    DIVIO_TRY(seen, controller::observe(runtime, key_));
    DIVIO_TRY(plan, controller::plan_change(runtime, change, seen));
    if (plan.empty()) return false;
    run.tell(planning::announce(plan, run.id()));
    const auto done = controller::execute(work, plan);
    if (done) return true;
    const bool subnet_was_taken = done.error().code == ErrorCode::conflict && !seen.subnet;
    if (!subnet_was_taken || round == most_plans) return Failure(done.error());
  }
}

Result<void> TwoRegions::want(Side side, Runs what) {
  DIVIO_TRY(moving, release(side));
  store(side).set_scale(scale_of(moving.config, what));
  return {};
}

Result<void> TwoRegions::run(Side side, Runs what, controller::OperationRun& run, std::stop_token stop) {
  DIVIO_CHECK(want(side, what));
  while (true) {
    DIVIO_TRY(changed, converge(at(side), run, stop));
    if (!changed) return {};
  }
}

// What is made is not told from what is not by looking: the plan goes over all of it once.
Result<void> TwoRegions::make_databases(Side side, controller::OperationRun& run, std::stop_token stop) {
  DIVIO_CHECK(want(side, Runs::nothing));
  store(side).set_unmade(true);
  auto made = converge(at(side), run, std::move(stop));
  store(side).set_unmade(false);
  return std::move(made).map([](bool) {});
}

const model::MovingService* TwoRegions::moving(const model::ServiceInstance& instance) const {
  const auto found = std::ranges::find(migration_.services, instance.prefix.str(), &model::MovingService::prefix);
  return found == migration_.services.end() ? nullptr : &*found;
}

Result<std::vector<migration::Side>> TwoRegions::followed(Side side, std::stop_token stop) {
  auto& runtime = at(side);
  DIVIO_TRY(instances, runtime.store.services().services(key_));
  std::vector<migration::Side> found;
  for (const auto& instance : instances) {
    const auto* service = moving(instance);
    if (service == nullptr || !service->follows) continue;
    auto server = controller::server_of(runtime, instance);
    DIVIO_ASSIGN(server.password, runtime.store.services().known_server_password(runtime.region.name, instance.server));
    found.push_back({{runtime.engine, runtime.clock, stop}, std::move(server), instance});
  }
  return found;
}

Result<controller::Instances> TwoRegions::copied(Side side) {
  DIVIO_TRY(instances, at(side).store.services().services(key_));
  std::erase_if(instances, [&](const auto& instance) {
    const auto* service = moving(instance);
    return service == nullptr || service->follows;
  });
  return instances;
}

Result<void> TwoRegions::copy(const model::ServiceInstance& from, const model::ServiceInstance& to, Side side, std::stop_token stop) {
  auto& source = at(side);
  auto& target = at(relay::other(side));
  const ports::ArchiveWriter write = [&](const ports::ByteSink& sink) { return controller::dump_data(source, from, stop, sink); };
  return controller::restore_data(target, to, stop, write);
}

Result<std::unique_ptr<media::Mirror>> TwoRegions::mirror(const model::ServiceInstance& from, const model::ServiceInstance& to, Side side, std::stop_token stop) {
  DIVIO_TRY(here, controller::media_place(at(side), from, stop));
  DIVIO_TRY(there, controller::media_place(at(relay::other(side)), to, stop));
  return media::open_mirror(here, there, {migration_.id, side == Side::target});
}

Result<std::unique_ptr<media::Mirror>> TwoRegions::mirror_volume(const std::string& volume, Side side, std::stop_token stop) {
  const auto called = model::called(model::volume_entry(volume));
  DIVIO_TRY(here, controller::volume_place(at(side), key_, volume, called, stop));
  DIVIO_CHECK(controller::ensure_volume(at(relay::other(side)), key_, volume));
  DIVIO_TRY(there, controller::volume_place(at(relay::other(side)), key_, volume, called, stop));
  return media::open_mirror(here, there, {migration_.id, side == Side::target});
}

Result<void> TwoRegions::forget_pairs(std::stop_token stop) {
  DIVIO_TRY(there, copied(Side::target));
  for (const auto& instance : there) {
    if (!instance.bucket) continue;
    DIVIO_TRY(bucket, controller::media_bucket(at(Side::target), instance, stop));
    DIVIO_CHECK(media::forget_pairs(bucket, migration_.id));
  }
  return {};
}

relay::Relay TwoRegions::relay() const {
  relay::Relay wanted{.migration = migration_.id, .catalogue = controller::catalogue_of(source_), .image = source_.programs.image, .services = {}, .regions = {}};
  wanted.bytes_per_second = migration_.bytes_per_second;
  wanted.one_engine = in_place();
  const auto region_of = [](const controller::Runtime& runtime) {
    const auto& region = runtime.region;
    return relay::Region{.name = region.name.str(), .host = model::host_of(region), .port = region.relay_port};
  };
  wanted.regions = {region_of(source_), region_of(target_)};
  for (const auto& service : migration_.services) {
    if (!service.follows) continue;
    const auto name = relay_name(service.prefix);
    wanted.services.push_back({name, port_of(service), service.type == "mariadb"});
    wanted.regions.source.servers[name] = service.source;
    wanted.regions.target.servers[name] = service.target;
  }
  return wanted;
}

// As the catalogue has it, not as a region is to see it while something moves.
Result<void> TwoRegions::keep_record(Side side) {
  auto runtime = with_store(at(side), base_);
  return controller::keep_record(runtime, controller::keeper_of(runtime, key_)).map([](const auto&) {});
}

// Requests go on with the second set while the first one becomes what it is, so none is lost.
Result<void> TwoRegions::make_one_set(controller::OperationRun& run) {
  auto whole = with_store(source_, base_);
  whole.generations = {};
  auto& traffic = whole.ingress.traffic();
  for (bool changed = true; changed;) {
    DIVIO_ASSIGN(changed, converge(whole, run, run.stop()));
  }
  DIVIO_CHECK(traffic.unforward(key_));
  const auto until = whole.clock.now() + for_the_last_requests;
  while (whole.clock.now() < until) {
    const auto state = traffic.state(key_.beside());
    if (!state || state->in_flight == 0) break;  // they have no routes any more
    if (!whole.clock.sleep(between_counts, run.stop())) return Failure(run.stop_reason());
  }
  return whole.ingress.forget(key_.beside());
}

// Who else of the environment is on that server keeps its network.
Result<void> TwoRegions::clear_service(Side side, controller::OperationRun& run) {
  auto& runtime = at(side);
  planning::Plan plan{key_, {}};
  DIVIO_CHECK(controller::remove_ended_runs(runtime, key_));  // what they mount cannot go
  DIVIO_TRY(there, runtime.store.services().services(key_));
  for (const auto& instance : there) {
    if (moving(instance) == nullptr || instance.bucket) continue;  // a bucket stays, with all that is in it
    if (is_in_volume(instance)) {
      plan.stages.push_back({"Remove volumes", {planning::RemoveVolume{planning::volume_name(key_, model::volume_of(instance.prefix))}}});
      continue;
    }
    if (instance.scope == model::Scope::shared) {  // what is on a server that is not there is nowhere
      const auto made = runtime.engine.containers().inspect(instance.server);
      if (!made && made.error().code == ErrorCode::not_found) continue;
      DIVIO_CHECK(made);
    }
    plan.stages.push_back({"Remove services", planning::remove_services(controller::wanted_services({instance}), false)});
    const auto shares = [&](const auto& other) { return other.prefix != instance.prefix && other.server == instance.server; };
    if (instance.scope == model::Scope::shared && std::ranges::none_of(there, shares))
      plan.stages.push_back({"Detach services", {planning::DisconnectServer{instance.server, planning::network_name(key_)}}});
  }
  controller::Work work{runtime, run, nullptr, [] { return Result<void>(); }, run.stop()};
  return controller::execute(work, plan);
}

Result<void> TwoRegions::clear(Side side, controller::OperationRun& run) {
  if (in_place()) return clear_service(side, run);
  auto& runtime = at(side);
  DIVIO_TRY(seen, controller::observe(runtime, key_));
  DIVIO_TRY(known, runtime.store.services().services(key_));
  controller::Instances there;  // on servers that were made
  for (auto& instance : known) {
    if (instance.server.empty()) continue;
    const auto made = runtime.engine.containers().inspect(instance.server);
    if (!made && made.error().code != ErrorCode::not_found) return Failure(made.error());
    if (made) there.push_back(std::move(instance));
  }
  const auto plan = planning::plan_destroy(key_, seen, false, controller::wanted_services(there));
  controller::Work work{runtime, run, nullptr, [] { return Result<void>(); }, run.stop()};
  return controller::execute(work, plan);
}

model::ServiceSpec spec_of(const model::ServiceInstance& instance) {
  return {.prefix = instance.prefix, .type = instance.type, .version = instance.version, .scope = instance.scope, .mount = instance.mount, .limits = instance.limits};
}

std::string relay_name(const std::string& prefix) {
  auto name = prefix;
  std::ranges::replace(name, '_', '-');
  return name;
}

bool is_web(const model::Process& process) { return process.port.has_value(); }

Secret register_token(const model::Migration& migration, int attempt) { return token(migration, fmt::format("register {} {}", migration.id, attempt)); }

Secret way_token(const model::Migration& migration, Side side) { return token(migration, fmt::format("way {} {}", migration.id, side == Side::source ? "source" : "target")); }

Secret forward_token(const model::Migration& migration, Side to) { return token(migration, "forward " + (to == Side::source ? migration.source : migration.target).str()); }

Secret replica_token(const model::Migration& migration, const std::string& prefix) { return token(migration, fmt::format("replica {} {}", migration.id, prefix)); }

Secret report_token(const model::Migration& migration, const std::string& hash) { return token(migration, fmt::format("report {} {}", migration.id, hash)); }

}  // namespace divio::migration::environment
