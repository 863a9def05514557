// What a move would come to.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "controller/media_data.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/services.hpp"
#include "migration/environment/migrate.hpp"
#include "migration/environment/two_regions.hpp"
#include "migration/mariadb/inventory.hpp"
#include "migration/postgres/inventory.hpp"
#include "migration/redis/inventory.hpp"
#include "planning/region_choice.hpp"
#include "services/blueprints.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"
#include "system/address.hpp"

namespace divio::migration::environment {
namespace {

// What is measured on two hosts next to each other; the rest are questions, each of which takes a round trip.
constexpr double questions_in_the_pause = 25;
constexpr double pause_without_distance_ms = 100;
constexpr double bytes_copied_per_second = 20e6;
constexpr double pause_of_a_pass_ms = 100;
constexpr double files_looked_at_per_ms = 100;
constexpr double least_copying_ms = 2000;  // of what does not follow

struct Draft {
  const Regions& regions;
  const model::EnvironmentKey& key;
  MigrationPlanView view;

  void stop(std::string what, std::string way_out) { view.obstacles.push_back({true, std::move(what), std::move(way_out)}); }
};

void look_at_regions(Draft& draft, const model::Project& project, const model::Environment& environment) {
  const auto& to = draft.regions.target.region;
  if (to.name == environment.region) return draft.stop(fmt::format("{} is in region {} already", draft.key.stem(), to.name.str()), "name another region");
  if (const auto allowed = planning::check_organisation(to, project.name.str(), project.organisation); !allowed)
    draft.stop(allowed.error().message, allowed.error().hint);
  if (to.draining) draft.stop(fmt::format("region {} is draining and takes no new environments", to.name.str()), "name another region");
  for (const auto* runtime : {&draft.regions.source, &draft.regions.target})
    if (const auto host = model::host_of(runtime->region); host == "localhost")
      draft.stop(fmt::format("region {} has no address at which the other one could reach it", runtime->region.name.str()),
                 fmt::format("divioctl region set {} --address ADDRESS", runtime->region.name.str()));
    else if (const auto address = system::ipv4_of(host); !address)
      draft.stop(address.error().message, address.error().hint);
}

Result<void> look_at_engines(Draft& draft, const model::Release& release) {
  auto& [source, target] = draft.regions;
  DIVIO_TRY(from, source.engine.info());
  DIVIO_TRY(to, target.engine.info());
  if (from.architecture != to.architecture)
    draft.stop(fmt::format("region {} runs {}, and the image is for {}", target.region.name.str(), to.architecture, from.architecture),
               "name a region of the same architecture");
  const auto round_trip = std::chrono::duration<double, std::milli>(std::max(from.round_trip, to.round_trip));
  draft.view.predicted_pause_ms = pause_without_distance_ms + questions_in_the_pause * round_trip.count();
  const auto image = source.engine.images().inspect(release.image.id);
  if (!image && release.image.digest.empty())
    draft.stop(fmt::format("the image of release {} is not there any more", release.number), "deploy again, then move");
  // The same engine by another name would meet its own containers.
  DIVIO_TRY(containers, source.engine.containers().list(controller::environment_labels(source, draft.key)));
  for (const auto& container : containers)
    if (target.engine.containers().inspect(container.id)) {
      draft.stop(fmt::format("regions {} and {} are on one engine", source.region.name.str(), target.region.name.str()),
                 "name a region on another engine");
      break;
    }
  return {};
}

postgres::Offer same_as(const postgres::Inventory& source) {
  return {source.version, "logical", {.slots = 10, .senders = 10, .workers = 10}, source.extensions};
}

void add_copied(Draft& draft, MigrationServiceView& view) {
  view.method = "copy";
  draft.view.predicted_pause_ms += least_copying_ms;
  draft.view.obstacles.push_back({false, fmt::format("service '{}' ({}) is copied while requests wait, which takes as long as its data are large", view.prefix, view.type),
                                  "say --allow-pause, with a --max-pause that is long enough"});
}

// The server that serves it there already, if one does.
Result<std::optional<migration::Side>> side_there(Draft& draft, const model::ServiceInstance& instance, const std::string& name) {
  auto& target = draft.regions.target;
  auto there = instance;
  there.server = name;
  auto server = controller::server_of(target, there);
  DIVIO_ASSIGN(server.password, target.store.services().known_server_password(target.region.name, name));
  const auto serves = services::can_serve(target.engine, server);
  if (!serves || !*serves) return std::optional<migration::Side>();
  return std::optional(migration::Side{{target.engine, target.clock}, std::move(server), std::move(there)});
}

void add_obstacles(Draft& draft, const std::string& prefix, const std::vector<Obstacle>& obstacles) {
  for (const auto& one : obstacles) draft.view.obstacles.push_back({one.stops, fmt::format("service '{}': {}", prefix, one.what), one.way_out});
}

Result<void> look_at_database(Draft& draft, const model::ServiceInstance& instance, MigrationServiceView& view) {
  auto& source = draft.regions.source;
  DIVIO_TRY(server, controller::server_with_password(source, instance));
  DIVIO_TRY(inventory, postgres::inventory({{source.engine, source.clock}, server, instance}));
  view.method = "replication";
  view.bytes = inventory.bytes;
  view.tables = inventory.tables.size();
  DIVIO_TRY(there, side_there(draft, instance, view.to));
  auto offer = same_as(inventory);  // what a server will offer that is made for this
  if (there) {
    DIVIO_ASSIGN(offer, postgres::offer(*there));
  }
  add_obstacles(draft, view.prefix, postgres::obstacles(inventory, offer));
  return {};
}

// One whose image lacks what following takes is copied.
Result<void> look_at_mariadb(Draft& draft, const model::ServiceInstance& instance, MigrationServiceView& view) {
  auto& source = draft.regions.source;
  DIVIO_TRY(server, controller::server_with_password(source, instance));
  DIVIO_TRY(inventory, mariadb::inventory({{source.engine, source.clock}, server, instance}));
  view.bytes = inventory.bytes;
  view.tables = inventory.tables;
  if (!mariadb::can_follow(inventory).empty()) {
    add_copied(draft, view);
    return {};
  }
  view.method = "replication";
  DIVIO_TRY(there, side_there(draft, instance, view.to));
  mariadb::Inventory offer{.version = inventory.version, .logs_rows = true, .starts_following = false, .free_disk = std::numeric_limits<std::uint64_t>::max()};
  if (there) {
    DIVIO_ASSIGN(offer, mariadb::inventory(*there));
  }
  add_obstacles(draft, view.prefix, mariadb::obstacles(inventory, offer));
  return {};
}

Result<void> look_at_redis(Draft& draft, const model::ServiceInstance& instance, MigrationServiceView& view) {
  auto& source = draft.regions.source;
  DIVIO_TRY(server, controller::server_with_password(source, instance));
  DIVIO_TRY(inventory, redis::inventory({{source.engine, source.clock}, server, instance}));
  view.bytes = inventory.memory;
  if (!redis::can_follow(inventory).empty()) {
    add_copied(draft, view);
    return {};
  }
  view.method = "replication";
  DIVIO_TRY(there, side_there(draft, instance, view.to));
  redis::Inventory offer{.version = inventory.version, .most_memory = inventory.most_memory, .free_disk = std::numeric_limits<std::uint64_t>::max()};
  if (there) {
    DIVIO_ASSIGN(offer, redis::inventory(*there));
  }
  add_obstacles(draft, view.prefix, redis::obstacles(inventory, offer));
  return {};
}

// In the pause all of them are looked at on both sides, and what has changed since the last pass is brought over.
Result<void> look_at_files(Draft& draft, const model::ServiceInstance& instance, MigrationServiceView& view) {
  DIVIO_TRY(place, controller::media_place(draft.regions.source, instance, {}));
  DIVIO_TRY(contents, media::list_of(place));
  view.method = "passes";
  view.files = contents.files.size();
  for (const auto& file : contents.files) view.bytes += file.bytes;
  draft.view.predicted_pause_ms += pause_of_a_pass_ms + static_cast<double>(view.files) / files_looked_at_per_ms;
  return {};
}

Result<void> look_at_services(Draft& draft, const model::Release& release) {
  DIVIO_TRY(instances, draft.regions.source.store.services().services(draft.key));
  for (const auto& instance : instances) {
    if (instance.bucket) continue;  // stays where it is, and is reached from everywhere
    if (!controller::has_service(release.config, instance.prefix)) {
      if (instance.state == model::ServiceState::added) continue;  // there is nothing of it yet
      draft.stop(fmt::format("service '{}' is detached, and what is detached is not moved yet", instance.prefix.str()),
                 fmt::format("divioctl service attach {0}, or a backup of it and divioctl service remove {0}", instance.prefix.str()));
      continue;
    }
    MigrationServiceView view{.prefix = instance.prefix.str(), .type = std::string(to_string(instance.type)), .version = instance.version,
                              .method = {}, .from = instance.server, .to = model::server_name(draft.regions.target.region.name, draft.key, spec_of(instance))};
    if (instance.type == model::ServiceType::postgres) DIVIO_CHECK(look_at_database(draft, instance, view));
    else if (instance.type == model::ServiceType::redis) DIVIO_CHECK(look_at_redis(draft, instance, view));
    else if (instance.type == model::ServiceType::media) DIVIO_CHECK(look_at_files(draft, instance, view));
    else if (instance.type == model::ServiceType::mariadb) DIVIO_CHECK(look_at_mariadb(draft, instance, view));
    else add_copied(draft, view);
    draft.view.predicted_copy_s += static_cast<double>(view.bytes) / bytes_copied_per_second;
    draft.view.services.push_back(std::move(view));
  }
  for (const auto& mount : release.config.volumes)
    if (std::ranges::none_of(instances, [&](const auto& one) { return model::volume_of(one.prefix) == mount.volume; }))
      draft.stop(fmt::format("the release has a volume at {}, which is not moved yet", mount.path), "keep its files in a database or in S3");
  return {};
}

// Of what decides whether a plan is the same, not of what changes by the minute.
std::string hash_of(const MigrationPlanView& view) {
  std::string text = fmt::format("{} {} {} {} {} {}\n", view.project, view.environment, view.from, view.to, view.release, view.image);
  for (const auto& one : view.services) text += fmt::format("{} {} {} {} {} {}\n", one.prefix, one.type, one.version, one.from, one.to, one.tables);
  for (const auto& one : view.obstacles) text += one.what + "\n";
  return sha256_hex(text).substr(0, 16);
}

}  // namespace

Result<MigrationPlanView> plan_migration(const Regions& regions, const model::EnvironmentKey& key) {
  auto& source = regions.source;
  DIVIO_TRY(environment, controller::need_environment(source, key));
  DIVIO_TRY(release, controller::need_release(source, environment));
  DIVIO_TRY(project, source.store.projects().project(key.project));
  if (!project) return fail(ErrorCode::not_found, fmt::format("there is no project {}", key.project.str()));
  Draft draft{regions, key, {}};
  auto& view = draft.view;
  view.project = key.project.str();
  view.environment = key.environment.str();
  view.from = environment.region.str();
  view.to = regions.target.region.name.str();
  view.release = release.number;
  view.image = release.image.name;
  look_at_regions(draft, *project, environment);
  if (environment.stopped) draft.stop(fmt::format("{} is stopped", key.stem()), fmt::format("divioctl start -e {}", key.environment.str()));
  if (std::ranges::none_of(release.config.processes, is_web))
    draft.stop("no process of it answers requests, and such an environment is not moved yet", "move its data: divioctl backup create, then restore");
  if (view.obstacles.empty()) {
    DIVIO_CHECK(look_at_engines(draft, release));
    DIVIO_CHECK(look_at_services(draft, release));
  }
  view.possible = std::ranges::none_of(view.obstacles, &MigrationObstacleView::stops);
  view.hash = hash_of(view);
  return view;
}

}  // namespace divio::migration::environment
