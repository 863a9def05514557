// The regions of Platform: list, show, add, set, drain, apply.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "config/region_file.hpp"
#include "controller/runtime.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/region_choice.hpp"
#include "planning/region_plan.hpp"
#include "platform/forwarding.hpp"
#include "platform/places.hpp"
#include "platform/region_views.hpp"
#include "services/blueprints.hpp"
#include "support/try.hpp"
#include "system/files.hpp"

namespace divio {
namespace {

using Texts = std::vector<std::pair<std::string_view, const std::optional<std::string>&>>;

Result<void> set_labels(model::Region& region, const std::vector<std::string>& labels) {
  for (const auto& label : labels) {
    const auto equals = label.find('=');
    if (equals == std::string::npos)
      return fail(ErrorCode::invalid, fmt::format("'{}' is not of the form KEY=VALUE", label),
                  "write for example --label tier=gold; --label tier= takes it away");
    const auto key = label.substr(0, equals), value = label.substr(equals + 1);
    DIVIO_CHECK(model::check_region_label(key, value));
    if (value.empty()) region.labels.erase(key);
    else region.labels[key] = value;
  }
  return {};
}

// A relative folder is meant from where the command is typed.
std::optional<std::string> absolute(const std::optional<std::string>& folder) {
  if (!folder || folder->empty()) return folder;
  std::error_code ignored;
  return std::filesystem::weakly_canonical(*folder, ignored).string();
}

Result<model::Region> with_settings(model::Region region, const RegionRequest& request) {
  if (request.open_to_all && request.dedicated && !request.dedicated->empty())
    return fail(ErrorCode::invalid, "--public and --dedicated exclude each other", "leave out one of them");
  const auto certificates = absolute(request.certificates);
  const auto port = request.ingress_port ? std::optional(std::to_string(*request.ingress_port)) : std::nullopt;
  const auto relay_port = request.relay_port ? std::optional(std::to_string(*request.relay_port)) : std::nullopt;
  const Texts texts{{"endpoint", request.endpoint}, {"certificates", certificates},     {"ingress-port", port},
                    {"domain", request.domain},     {"address", request.address},       {"location", request.location},
                    {"provider", request.provider}, {"physical", request.physical}, {"dedicated", request.dedicated},
                    {"builder", request.builder},   {"service-images", request.service_images},
                    {"registry", request.registry}, {"plans", request.plans}, {"relay-port", relay_port}};
  for (const auto& [name, text] : texts)
    if (text) DIVIO_CHECK(model::find_region_setting(name)->set(region, *text));
  if (request.open_to_all) region.organisation.clear();
  if (request.make_default) region.preferred = true;
  DIVIO_CHECK(set_labels(region, request.labels));
  DIVIO_CHECK(model::check_region(region));
  return region;
}

// An engine that answers, so that a wrong address is told now and leaves nothing behind.
Result<void> check_answers(PlatformParts& parts, const model::Region& region) {
  DIVIO_TRY(engine, parts.wiring.engine(region));
  const auto info = engine->info();
  if (info) return {};
  auto error = info.error();
  error.hint += error.hint.empty() ? "" : "; ";
  error.hint += "--unchecked takes the region as it is";
  return Failure(std::move(error));
}

Result<RegionView> keep(PlatformParts& parts, const model::Region& region) {
  DIVIO_CHECK(parts.store->regions().put_region(region));
  parts.close(region.name);
  return view_of(parts, region);
}

// Two ingresses of one engine cannot share a port.
Result<void> check_port(const std::vector<model::Region>& known, const model::Region& region) {
  for (const auto& other : known)
    if (other.name != region.name && !other.endpoint.empty() && other.endpoint == region.endpoint && other.http_port == region.http_port)
      return fail(ErrorCode::conflict,
                  fmt::format("region {} has the same engine and the same ingress port {}", other.name.str(), region.http_port),
                  "give this one another port with --ingress-port");
  return {};
}

// Ids of the region's ingress at an endpoint: one, or none.
Result<std::set<std::string>> ingresses_of(PlatformParts& parts, const model::Region& region) {
  DIVIO_TRY(engine, parts.wiring.engine(region));
  DIVIO_TRY(found, engine->containers().list({{std::string(model::label::managed), controller::catalogue_of(*parts.store, region)},
                                              {std::string(model::label::role), std::string(model::role::ingress)},
                                              {std::string(model::label::region), region.name.str()}}));
  std::set<std::string> ids;
  for (const auto& container : found) ids.insert(container.id);
  return ids;
}

// The same engine at another address has the region's ingress, which every region with an environment has; the very same one
// where the engine answers at the old address too.
Result<bool> is_same_engine(PlatformParts& parts, const model::Region& before, const model::Region& after) {
  DIVIO_TRY(there, ingresses_of(parts, after));
  const auto known = ingresses_of(parts, before);
  return !there.empty() && (!known || *known == there);
}

Result<void> check_changes(PlatformParts& parts, const std::vector<model::Region>& known,
                           const std::vector<planning::RegionChange>& changes) {
  auto after = known;
  for (const auto& change : changes) {
    const auto before = std::ranges::find(after, change.region.name, &model::Region::name);
    if (before == after.end()) {
      after.push_back(change.region);
      continue;
    }
    DIVIO_TRY(there, inhabitants(parts, change.region.name));
    bool same_engine = false;
    if (planning::asks_for_same_engine(*before, change.region, there)) {
      DIVIO_ASSIGN(same_engine, is_same_engine(parts, *before, change.region));
    }
    DIVIO_CHECK(planning::check_change(*before, change.region, there, same_engine));
    *before = change.region;
  }
  for (const auto& change : changes) {
    DIVIO_CHECK(check_port(after, change.region));
    DIVIO_CHECK(planning::check_builder(after, change.region));
    DIVIO_CHECK(planning::check_plans(after, change.region));
    DIVIO_CHECK(services::check_service_images(change.region));
  }
  return {};
}

// There is one default: the region that was it before is part of the plan, though the file does not name it.
std::vector<model::Region> with_former_default(std::vector<model::Region> wanted, const std::vector<model::Region>& known) {
  if (std::ranges::find(wanted, true, &model::Region::preferred) == wanted.end()) return wanted;
  for (auto other : known) {
    if (!other.preferred || std::ranges::find(wanted, other.name, &model::Region::name) != wanted.end()) continue;
    other.preferred = false;
    wanted.push_back(std::move(other));
  }
  return wanted;
}

std::vector<model::RegionName> changed(const std::vector<planning::RegionChange>& changes) {
  std::vector<model::RegionName> names;
  for (const auto& one : changes)
    if (!one.added && !one.settings.empty()) names.push_back(one.region.name);
  return names;
}

RegionPlanView view_of(const std::vector<planning::RegionChange>& changes, bool dry_run) {
  RegionPlanView view;
  bool changed = false;
  for (const auto& change : changes) {
    RegionPlanView::Line line{change.region.name.str(), change.added ? "add" : change.settings.empty() ? "keep" : "change", {}};
    for (const auto& [setting, from, to] : change.settings) line.changes.push_back({setting, from, to});
    changed = changed || line.action != "keep";
    view.regions.push_back(std::move(line));
  }
  view.outcome = dry_run ? "planned" : changed ? "changed" : "unchanged";
  return view;
}

}  // namespace

Result<std::vector<RegionView>> Platform::regions() {
  DIVIO_TRY(known, parts_->store->regions().regions());
  return views_with_engines(*parts_, known);
}

Result<RegionView> Platform::region(const std::string& name) {
  DIVIO_TRY(region, stored_region(*parts_, name));
  DIVIO_TRY(views, views_with_engines(*parts_, {region}));
  return views.front();
}

Result<RegionView> Platform::add_region(const RegionRequest& request) {
  model::Region fresh;
  DIVIO_ASSIGN(fresh.name, model::RegionName::parse(request.name));
  DIVIO_TRY(known, parts_->store->regions().regions());
  if (std::ranges::find(known, fresh.name, &model::Region::name) != known.end())
    return fail(ErrorCode::conflict, fmt::format("there is a region {} already", request.name),
                fmt::format("divioctl region set {} changes it", request.name));
  DIVIO_TRY(region, with_settings(std::move(fresh), request));
  DIVIO_CHECK(check_changes(*parts_, known, planning::plan_regions(known, {region})));
  if (!request.unchecked) DIVIO_CHECK(check_answers(*parts_, region));
  return keep(*parts_, region);
}

Result<RegionView> Platform::set_region(const RegionRequest& request) {
  DIVIO_TRY(before, stored_region(*parts_, request.name));
  DIVIO_TRY(region, with_settings(before, request));
  DIVIO_TRY(known, parts_->store->regions().regions());
  DIVIO_CHECK(check_changes(*parts_, known, planning::plan_regions(known, {region})));
  const bool elsewhere = before.endpoint != region.endpoint || before.certificates != region.certificates;
  if (elsewhere && !request.unchecked) DIVIO_CHECK(check_answers(*parts_, region));
  DIVIO_TRY(view, keep(*parts_, region));
  if (request.address || request.ingress_port || request.endpoint) DIVIO_CHECK(lead_to(*parts_, {region.name}));
  return view;
}

Result<RegionView> Platform::drain_region(const RegionDrainRequest& request) {
  DIVIO_TRY(region, stored_region(*parts_, request.name));
  region.draining = !request.undo;
  return keep(*parts_, region);
}

Result<RegionPlanView> Platform::apply_regions(const RegionApplyRequest& request, bool dry_run) {
  DIVIO_TRY(text, system::read_file(request.file));
  DIVIO_TRY(known, parts_->store->regions().regions());
  std::error_code ignored;
  const auto folder = std::filesystem::weakly_canonical(request.file, ignored).parent_path().string();
  DIVIO_TRY(named, config::parse_region_file(text, request.file, {folder, known}));
  const auto wanted = with_former_default(std::move(named), known);
  const auto changes = planning::plan_regions(known, wanted);
  DIVIO_CHECK(check_changes(*parts_, known, changes));
  if (dry_run) return view_of(changes, true);
  DIVIO_CHECK(parts_->store->regions().put_regions(wanted));
  for (const auto& region : wanted) parts_->close(region.name);
  DIVIO_CHECK(lead_to(*parts_, changed(changes)));
  return view_of(changes, false);
}

std::vector<std::string> Platform::region_names() {
  std::vector<std::string> names;
  if (const auto known = parts_->store->regions().regions())
    for (const auto& region : *known) names.push_back(region.name.str());
  return names;
}

}  // namespace divio
