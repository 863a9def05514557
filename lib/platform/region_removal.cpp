// Taking a region out of the catalogue, when nothing is left there.
#include <fmt/format.h>

#include <algorithm>

#include "controller/migrations.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/migration_phases.hpp"
#include "platform/places.hpp"
#include "platform/region_views.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

constexpr std::size_t most_named = 5;

std::string named(std::vector<std::string> names) {
  const auto all = names.size();
  if (all > most_named) names.resize(most_named);
  return join(names, ", ") + (all > most_named ? fmt::format(" and {} more", all - most_named) : "");
}

// The command that destroys "shop/live".
std::string destroying(const std::string& environment) {
  const auto slash = environment.find('/');
  return fmt::format("divioctl destroy --project {} -e {}", environment.substr(0, slash), environment.substr(slash + 1));
}

// Where another region is on the same engine, what bears no region's label may be that one's.
bool has_engine_alone(const std::vector<model::Region>& known, const model::Region& region) {
  return std::ranges::none_of(known, [&](const auto& other) {
    return other.name != region.name && other.endpoint == region.endpoint;
  });
}

model::Labels ours(const controller::Runtime& runtime) {
  return {{std::string(model::label::managed), controller::catalogue_of(runtime)}};
}

bool is_ingress(const model::Labels& labels) {
  const auto role = labels.find(std::string(model::label::role));
  return role != labels.end() && role->second == model::role::ingress;
}

Result<std::vector<std::string>> containers_left(controller::Runtime& runtime) {
  std::vector<std::string> left;
  auto labels = ours(runtime);
  labels[std::string(model::label::region)] = runtime.region.name.str();
  DIVIO_TRY(containers, runtime.engine.containers().list(labels));
  for (const auto& container : containers)
    if (!is_ingress(container.labels)) left.push_back("container " + container.name);
  return left;
}

// Kept volumes and forgotten networks.
Result<void> add_shared_things(controller::Runtime& runtime, std::vector<std::string>& left) {
  const auto of_ingress = "divio-ingress-" + runtime.region.name.str();
  DIVIO_TRY(volumes, runtime.engine.volumes().list(ours(runtime)));
  for (const auto& volume : volumes)
    if (!volume.starts_with(of_ingress)) left.push_back("volume " + volume);
  DIVIO_TRY(networks, runtime.engine.networks().list(ours(runtime)));
  for (const auto& network : networks) left.push_back("network " + network.name);
  return {};
}

bool is_shared_server(const model::Labels& labels) {
  const auto role = labels.find(std::string(model::label::role));
  return role != labels.end() && role->second == model::role::service && !labels.contains(std::string(model::label::project));
}

// Servers that environments share, with all that is in them.
Result<std::vector<std::string>> remove_shared_servers(controller::Runtime& runtime) {
  std::vector<std::string> removed;
  auto labels = ours(runtime);
  labels[std::string(model::label::region)] = runtime.region.name.str();
  DIVIO_TRY(containers, runtime.engine.containers().list(labels));
  for (const auto& container : containers) {
    if (!is_shared_server(container.labels)) continue;
    DIVIO_CHECK(runtime.engine.containers().remove(container.name));
    DIVIO_CHECK(runtime.engine.volumes().remove(container.name));
    DIVIO_CHECK(runtime.store.services().forget_server(runtime.region.name, container.name));
    removed.push_back("server " + container.name);
  }
  return removed;
}

Failure not_empty(const model::Region& region, const std::vector<std::string>& left, bool servers_only) {
  const auto hint = servers_only
                        ? fmt::format("with --servers it goes, and every database that is kept in it: divioctl region remove {} --servers", region.name.str())
                        : fmt::format("look at it (docker -H {} ...) and remove it there, or leave it where it is with --forget", region.endpoint);
  return fail(ErrorCode::refused, fmt::format("in region {} there is still: {}", region.name.str(), named(left)), hint);
}

Result<bool> has_servers_only(controller::Runtime& runtime) {
  auto labels = ours(runtime);
  labels[std::string(model::label::region)] = runtime.region.name.str();
  DIVIO_TRY(containers, runtime.engine.containers().list(labels));
  const auto others = std::ranges::count_if(containers, [](const auto& one) { return !is_ingress(one.labels) && !is_shared_server(one.labels); });
  const auto servers = std::ranges::count_if(containers, [](const auto& one) { return is_shared_server(one.labels); });
  return servers > 0 && others == 0;
}

Result<std::vector<std::string>> clear(controller::Runtime& runtime, const RegionRemoveRequest& request, bool alone) {
  std::vector<std::string> removed;
  if (request.servers) {
    DIVIO_ASSIGN(removed, remove_shared_servers(runtime));
  }
  DIVIO_TRY(left, containers_left(runtime));
  if (alone) DIVIO_CHECK(add_shared_things(runtime, left));
  if (!left.empty()) {
    DIVIO_TRY(servers_only, has_servers_only(runtime));
    return not_empty(runtime.region, left, servers_only);
  }
  DIVIO_TRY(state, runtime.ingress.state());
  if (state.present) {
    DIVIO_CHECK(runtime.ingress.remove());
    removed.push_back("ingress");
  }
  if (!alone) return removed;
  DIVIO_TRY(images, runtime.engine.images().list(ours(runtime)));
  for (const auto& image : images)
    for (const auto& name : image.names) {
      DIVIO_CHECK(runtime.engine.images().remove(name));
      removed.push_back("image " + name);
    }
  return removed;
}

}  // namespace

namespace {

// One that moves has something in both regions, wherever it serves.
Result<void> check_nobody_moves(PlatformParts& parts, const model::RegionName& name, bool gone) {
  DIVIO_TRY(moves, controller::migrations(*parts.store));
  for (const auto& one : moves)
    if (one.goes_on() && (one.source == name || one.target == name)) {
      const auto without = gone && !one.in_place() ? planning::ending_without(one, name) : "";
      return fail(ErrorCode::refused, fmt::format("{} is being moved from {} to {}", one.key.stem(), one.side(false), one.side(true)),
                  "end that first: " + (without.empty() ? planning::next_command(one) : without));
    }
  return {};
}

}  // namespace

Result<RegionRemovalView> Platform::remove_region(const RegionRemoveRequest& request) {
  DIVIO_TRY(region, stored_region(*parts_, request.name));
  const auto& name = region.name;
  DIVIO_TRY(view, view_of(*parts_, region));
  if (request.forget) DIVIO_CHECK(check_nobody_moves(*parts_, name, true));  // what moves is not destroyed, but taken over
  if (!view.environments.empty())
    return fail(ErrorCode::refused, fmt::format("{} {} in region {}", named(view.environments), view.environments.size() == 1 ? "lives" : "live", name.str()),
                fmt::format("destroy what is not needed any more: {}{}", destroying(view.environments.front()), request.forget ? " --without " + name.str() : ""));
  DIVIO_CHECK(check_nobody_moves(*parts_, name, false));
  DIVIO_TRY(known, parts_->store->regions().regions());
  if (const auto built = std::ranges::find(known, name.str(), &model::Region::builder); built != known.end())
    return fail(ErrorCode::refused, fmt::format("region {} builds for region {}", name.str(), built->name.str()),
                fmt::format("give that one another builder, or none: divioctl region set {} --builder \"\"", built->name.str()));
  RegionRemovalView removal{name.str(), {}};
  if (!request.forget) {
    auto runtime = parts_->runtime(name);
    auto removed = runtime ? clear(**runtime, request, has_engine_alone(known, region)) : Failure(runtime.error());
    if (!removed && removed.error().code == ErrorCode::unreachable)
      return fail(ErrorCode::unreachable, removed.error().message, "if it is gone for good: divioctl region remove " + name.str() + " --forget");
    if (!removed) return Failure(removed.error());
    removal.removed = std::move(*removed);
  }
  DIVIO_CHECK(parts_->store->regions().remove_region(name));
  parts_->close(name);
  return removal;
}

}  // namespace divio
