#include "platform/region_views.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "planning/region_choice.hpp"
#include "platform/places.hpp"
#include "platform/region_look.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

constexpr std::chrono::seconds patience{5};

int replicas_of(const model::Environment& environment, const model::Process& process) {
  const auto scaled = environment.scale.find(process.name);
  return scaled == environment.scale.end() ? process.replicas : scaled->second;
}

// What the instances of an environment may take, by their limits.
Result<void> add_reserved(PlatformParts& parts, const model::Environment& environment, RegionView& view) {
  if (environment.release == 0 || environment.stopped) return {};
  DIVIO_TRY(release, parts.store->releases().release(environment.key, environment.release));
  if (!release) return {};
  for (const auto& process : release->config.processes) {
    const int replicas = replicas_of(environment, process);
    view.reserved_memory_bytes += process.resources.memory_bytes * static_cast<std::uint64_t>(replicas);
    view.reserved_cpu_millis += static_cast<int>(process.resources.cpu_millis) * replicas;
    if (process.resources.memory_bytes == 0) view.unlimited += replicas;
  }
  return {};
}

// A server that several share is one.
Result<void> add_servers(PlatformParts& parts, const model::EnvironmentKey& key, RegionView& view) {
  DIVIO_TRY(instances, parts.store->services().services(key));
  for (const auto& instance : instances) {
    if (instance.server.empty() || instance.state == model::ServiceState::added) continue;
    if (std::ranges::find(view.servers, instance.server) != view.servers.end()) continue;
    view.servers.push_back(instance.server);
    view.reserved_memory_bytes += instance.limits.memory_bytes;
    view.reserved_cpu_millis += static_cast<int>(instance.limits.cpu_millis);
    if (instance.limits.memory_bytes == 0) ++view.unlimited;
  }
  return {};
}

void add_look(RegionView& view, const Result<RegionLook>& look) {
  if (!look) {
    const auto code = look.error().code;
    view.state = code == ErrorCode::unreachable || code == ErrorCode::timed_out ? "unreachable" : "unusable";
    view.problem = look.error().message;
    return;
  }
  view.state = "up";
  view.engine = fmt::format("{} {}", look->info.name, look->info.version);
  view.cores = look->info.cores;
  view.memory_bytes = look->info.memory_bytes;
  view.instances = look->instances;
  view.others = look->others;
}

}  // namespace

Result<RegionView> view_of(PlatformParts& parts, const model::Region& region) {
  RegionView view;
  view.name = region.name.str();
  view.endpoint = region.endpoint;
  view.certificates = region.certificates;
  view.location = region.location;
  view.provider = region.provider;
  view.physical = region.physical.empty() ? region.name.str() : region.physical;
  view.organisation = region.organisation;
  view.builder = region.builder;
  view.service_images = region.service_images;
  view.registry = region.registry;
  view.plans = region.plans;
  view.domain = region.domain.empty() ? "localhost" : region.domain;
  view.address = model::host_of(region);
  view.ingress_port = region.http_port;
  view.relay_port = region.relay_port;
  view.labels = region.labels;
  view.is_default = region.preferred;
  view.draining = region.draining;
  DIVIO_TRY(projects, parts.store->projects().projects());
  for (const auto& project : projects) {
    DIVIO_TRY(environments, parts.store->projects().environments(project.name));
    for (const auto& environment : environments) {
      if (environment.region != region.name) continue;
      view.environments.push_back(fmt::format("{}/{}", project.name.str(), environment.key.environment.str()));
      DIVIO_CHECK(add_reserved(parts, environment, view));
      DIVIO_CHECK(add_servers(parts, environment.key, view));
    }
  }
  std::ranges::sort(view.servers);
  return view;
}

Result<std::vector<RegionView>> views_with_engines(PlatformParts& parts, const std::vector<model::Region>& regions) {
  const auto looks = look_at(parts, regions, patience);
  std::vector<RegionView> views;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const auto now = find_place(parts, regions[i].name);  // `local` before its first use has its endpoint from elsewhere
    DIVIO_TRY(view, view_of(parts, now ? *now : regions[i]));
    add_look(view, looks[i]);
    views.push_back(std::move(view));
  }
  return views;
}

Result<model::Region> stored_region(PlatformParts& parts, const std::string& name) {
  DIVIO_TRY(checked, model::RegionName::parse(name));
  DIVIO_TRY(known, parts.store->regions().regions());
  return planning::need_region(known, checked);
}

}  // namespace divio
