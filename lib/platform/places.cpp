#include "platform/places.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "planning/region_choice.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

// Two ways of writing the same socket are the same engine: /var/run is a link to /run.
std::string same_for_same(const std::string& endpoint) {
  constexpr std::string_view unix_scheme = "unix://";
  if (!endpoint.starts_with(unix_scheme)) return endpoint;
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(endpoint.substr(unix_scheme.size()), error);
  return error ? endpoint : std::string(unix_scheme) + path.string();
}

Result<void> check_may_be_elsewhere(PlatformParts& parts, const model::Region& local) {
  const auto& wanted = parts.settings.engine;
  DIVIO_TRY(there, inhabitants(parts, local.name));
  if (there.empty()) return {};
  return fail(ErrorCode::refused,
              fmt::format("region local is the engine at {}, where {} lives, but DOCKER_HOST says {}", local.endpoint,
                          there.front().name, wanted),
              fmt::format("unset DOCKER_HOST, or make the other engine a region: divioctl region add NAME --endpoint {}", wanted));
}

Result<model::Region> local_place(PlatformParts& parts, model::Region region) {
  const auto& settings = parts.settings;
  if (settings.ingress_port != 0 && settings.ingress_port != region.http_port) {
    region.http_port = settings.ingress_port;
    DIVIO_CHECK(parts.store->regions().put_region(region));
  }
  if (!settings.engine.empty() && region.endpoint.empty()) region.endpoint = settings.engine;
  if (!settings.engine.empty() && same_for_same(settings.engine) != same_for_same(region.endpoint)) {
    DIVIO_CHECK(check_may_be_elsewhere(parts, region));
    region.endpoint = settings.engine;
  }
  if (region.endpoint.empty()) region.endpoint = parts.wiring.default_endpoint;
  return region;
}

bool was_deployed(PlatformParts& parts, const model::Environment& environment) {
  if (environment.release != 0) return true;
  const auto releases = parts.store->releases().releases(environment.key);
  return !releases || !releases->empty();
}

}  // namespace

Result<model::Region> find_place(PlatformParts& parts, const model::RegionName& name) {
  DIVIO_TRY(known, parts.store->regions().regions());
  DIVIO_TRY(region, planning::need_region(known, name));
  return name == model::local_region() ? local_place(parts, std::move(region)) : std::move(region);
}

Result<model::Region> choose_place(PlatformParts& parts, const model::EnvironmentKey& key, const model::ProjectFile& file) {
  planning::RegionWish wish{key, file.organisation, std::nullopt, std::nullopt, file.plan};
  if (const auto said = file.environments.find(key.environment); said != file.environments.end()) wish.asked = said->second.region;
  DIVIO_TRY(environment, parts.store->projects().environment(key));
  if (environment && was_deployed(parts, *environment)) wish.lives_in = environment->region;
  DIVIO_TRY(known, parts.store->regions().regions());
  DIVIO_TRY(region, planning::choose_region(known, wish));
  return find_place(parts, region.name);
}

Result<std::optional<controller::Builder>> find_builder(PlatformParts& parts, const model::Region& region,
                                                        const std::string& asked, const model::ProjectFile& file) {
  DIVIO_TRY(known, parts.store->regions().regions());
  DIVIO_TRY(builder, planning::choose_builder(known, region, asked, {file.project, file.application, "", file.organisation}));
  if (!builder) return std::optional<controller::Builder>{};
  DIVIO_TRY(runtime, parts.runtime(builder->name));
  return std::optional(controller::Builder{&runtime->engine, runtime->region});
}

Result<void> settle(PlatformParts& parts, const model::RegionName& name) {
  if (name != model::local_region()) return {};
  DIVIO_TRY(region, find_place(parts, name));
  DIVIO_TRY(known, parts.store->regions().region(name));
  return known && known->endpoint == region.endpoint ? Result<void>{} : parts.store->regions().put_region(region);
}

Result<model::RegionName> recorded_place(PlatformParts& parts, const model::EnvironmentKey& key) {
  DIVIO_TRY(environment, parts.store->projects().environment(key));
  return environment ? environment->region : model::local_region();
}

Result<std::vector<planning::Inhabitant>> inhabitants(PlatformParts& parts, const model::RegionName& name) {
  std::vector<planning::Inhabitant> found;
  DIVIO_TRY(projects, parts.store->projects().projects());
  for (const auto& project : projects) {
    DIVIO_TRY(environments, parts.store->projects().environments(project.name));
    for (const auto& environment : environments)
      if (environment.region == name && was_deployed(parts, environment))
        found.push_back({environment.key.stem(), project.name.str(), project.organisation});
  }
  return found;
}

}  // namespace divio
