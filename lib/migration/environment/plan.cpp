// What a move would come to.
#include <fmt/format.h>

#include <algorithm>

#include "controller/disk_probe.hpp"
#include "controller/migrations.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/project_volumes.hpp"
#include "controller/services.hpp"
#include "migration/environment/plan_draft.hpp"
#include "migration/environment/two_regions.hpp"
#include "planning/migration_phases.hpp"
#include "planning/region_choice.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "system/address.hpp"

namespace divio::migration::environment {
namespace {

// Each takes a round trip.
constexpr double questions_in_the_pause = 25;

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

// Docker makes no container that may use more processors than the host has, and workers are made after the cut-over only.
void look_at_limits(Draft& draft, const model::Release& release, int cores) {
  constexpr std::uint32_t millis_of_a_core = 1000;
  for (const auto& process : release.config.processes)
    if (cores > 0 && process.resources.cpu_millis > static_cast<std::uint32_t>(cores) * millis_of_a_core)
      draft.stop(fmt::format("process {} may use {} processors, and the host of region {} has {}", process.name.str(), process.resources.cpu_millis / 1000.0,
                             draft.regions.target.region.name.str(), cores),
                 "give it a lower limit in divio.yaml (resources.cpu) and deploy, or name another region");
}

Result<void> look_at_engines(Draft& draft, const model::Release& release) {
  auto& [source, target] = draft.regions;
  DIVIO_TRY(from, source.engine.info());
  DIVIO_TRY(to, target.engine.info());
  if (from.architecture != to.architecture)
    draft.stop(fmt::format("region {} runs {}, and the image is for {}", target.region.name.str(), to.architecture, from.architecture),
               "name a region of the same architecture");
  look_at_limits(draft, release, to.cores);
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

// What an environment of that name left there, its servers' data too, would be mixed with what comes.
Result<void> look_for_kept(Draft& draft) {
  auto& target = draft.regions.target;
  DIVIO_TRY(kept, target.engine.volumes().list(controller::environment_labels(target, draft.key)));
  for (const auto& volume : kept)
    draft.stop(fmt::format("region {} has a volume {} already, which was kept there", target.region.name.str(), volume),
               fmt::format("if nobody needs what is in it, remove it on that region's engine: docker volume rm {}", volume));
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
    auto there = model::place_of(instance);
    there.server = model::server_name(draft.regions.target.region.name, draft.key, spec_of(instance));
    DIVIO_CHECK(look_at_service(draft, instance, there));
  }
  DIVIO_TRY(volumes, controller::project_volumes(draft.regions.source, draft.key, release.config, instances));
  for (const auto& volume : volumes) DIVIO_CHECK(look_at_volume(draft, volume));
  return look_for_kept(draft);
}

// Servers have files and logs of their own besides. Where nobody can tell how much room there is, because the image that tells is not
// there yet, whoever begins has it brought.
void look_at_disk(Draft& draft, const model::Release& release) {
  constexpr std::uint64_t besides = 200'000'000;
  auto& [source, target] = draft.regions;
  std::uint64_t needed = besides;
  for (const auto& service : draft.view.services) {
    const bool twice = service.type == "mariadb" || service.type == "redis";  // docs/migration.md, "What stops it" of each
    needed += service.bytes * (twice ? 2 : 1);
  }
  const auto image = source.engine.images().inspect(release.image.id);
  if (image && !target.engine.images().inspect(release.image.id)) needed += image->bytes;
  const auto disk = controller::probe_disk(target, target.programs.image, {});
  if (!disk || disk->free_bytes >= needed) return;
  draft.stop(fmt::format("region {} has {} of its engine's disk free, and what is moved takes up to {}", target.region.name.str(), human_bytes(disk->free_bytes), human_bytes(needed)),
             "make room there, for example by docker system prune, or name another region");
}

}  // namespace

Result<MigrationPlanView> plan_migration(const Regions& regions, const model::EnvironmentKey& key, const FetchImage& fetch) {
  auto& source = regions.source;
  DIVIO_TRY(environment, controller::need_environment(source, key));
  DIVIO_TRY(release, controller::need_release(source, environment));
  DIVIO_TRY(project, source.store.projects().project(key.project));
  if (!project) return fail(ErrorCode::not_found, fmt::format("there is no project {}", key.project.str()));
  Draft draft{regions, key, {}, fetch};
  begin_plan(draft, environment, release);
  draft.view.from = environment.region.str();
  draft.view.to = regions.target.region.name.str();
  DIVIO_TRY(previous, controller::latest_migration(source.store, key));
  if (previous && previous->goes_on()) draft.stop(planning::under_way(*previous), "what comes next: " + planning::next_command(*previous));
  look_at_regions(draft, *project, environment);
  if (std::ranges::none_of(release.config.processes, is_web))
    draft.stop("no process of it answers requests, and such an environment is not moved yet", "move its data: divioctl backup create, then restore");
  if (draft.view.obstacles.empty()) {
    DIVIO_CHECK(look_at_engines(draft, release));
    DIVIO_CHECK(look_at_services(draft, release));
    look_at_disk(draft, release);
  }
  return end_plan(draft, {"migrate plan", "migrate start", "--to " + draft.view.to});
}

}  // namespace divio::migration::environment
