// Environments from the records on a region's engine into this catalogue.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "controller/engine_lease.hpp"
#include "controller/records.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/region_choice.hpp"
#include "platform/import_migration.hpp"
#include "platform/places.hpp"
#include "platform/region_views.hpp"
#include "platform/within.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "wire/record_json.hpp"

namespace divio {
namespace {

namespace label = model::label;
using Volumes = std::vector<ports::Volume>;

struct FoundRecord {
  wire::ReadRecord read;
  bool opened = false;   // its secrets
  bool ours = false;     // this catalogue keeps it
};

// What is found on the engine, before anything is changed.
struct Found {
  std::string catalogue;
  std::string keeper;
  bool opened = true;  // every record's secrets
  std::vector<FoundRecord> records;
};

// The region as the catalogue or the request says. What else is to be known of it is in the records.
Result<model::Region> place_of(PlatformParts& parts, const RegionImportRequest& request) {
  DIVIO_TRY(name, model::RegionName::parse(request.name));
  DIVIO_TRY(known, parts.store->regions().region(name));
  model::Region region = known ? *known : model::Region{.name = name};
  if (name == model::local_region() && !request.endpoint) return find_place(parts, name);
  if (known && !known->endpoint.empty() && request.endpoint && *request.endpoint != known->endpoint)
    return fail(ErrorCode::conflict, fmt::format("region {} has another endpoint: {}", request.name, known->endpoint),
                "leave --endpoint out, or give the region another name");
  if (request.endpoint) DIVIO_CHECK(model::find_region_setting("endpoint")->set(region, *request.endpoint));
  std::error_code ignored;
  if (request.certificates) region.certificates = std::filesystem::weakly_canonical(*request.certificates, ignored).string();
  DIVIO_CHECK(model::check_region(region));
  return region;
}

std::string shown_ids(const std::map<std::string, Volumes>& catalogues) {
  std::vector<std::string> ids;
  for (const auto& [id, volumes] : catalogues) ids.push_back(id);
  return join(ids, ", ");
}

// The newest record of each environment.
Volumes newest_of_each(const Volumes& volumes) {
  std::map<std::string, Volumes> environments;
  for (const auto& volume : volumes) environments[controller::record_label(volume, label::record)].push_back(volume);
  Volumes newest;
  for (const auto& [name, records] : environments) newest.push_back(*controller::newest_record(records));
  return newest;
}

Error no_records(const model::Region& region, const std::set<std::string>& elsewhere) {
  if (elsewhere.empty())
    return {ErrorCode::not_found, fmt::format("the engine of region {} keeps no record of an environment", region.name.str()),
            "nothing was deployed there, or by a divioctl that kept no records yet", {}};
  const std::vector<std::string> names(elsewhere.begin(), elsewhere.end());
  return {ErrorCode::not_found,
          fmt::format("the engine keeps no record of an environment in a region '{}', but in: {}", region.name.str(), join(names, ", ")),
          "import it under the name that it had: divioctl region import " + names.front(), {}};
}

// Which of several are meant where nobody says it: those of the region as it is, else those that the key opens.
std::string meant(PlatformParts& parts, const model::Region& region, const std::map<std::string, Volumes>& catalogues, const std::string& key_file) {
  if (catalogues.size() == 1) return catalogues.begin()->first;
  if (const auto& ours = controller::catalogue_of(*parts.store, region); catalogues.contains(ours)) return ours;
  for (const auto& [id, volumes] : catalogues)
    if (!key_file.empty() && parts.store->records().open(controller::record_label(volumes.front(), label::record_sealed), key_file)) return id;
  return {};
}

// Whose records they are: the ones that were asked for, or the only ones that there are.
Result<std::pair<std::string, Volumes>> choose(PlatformParts& parts, const model::Region& region, const Volumes& all, const RegionImportRequest& request) {
  std::map<std::string, Volumes> catalogues;
  std::set<std::string> elsewhere;
  for (const auto& volume : all) {
    const auto where = controller::record_label(volume, label::record_region);
    if (where == region.name.str()) catalogues[controller::record_label(volume, label::record_of)].push_back(volume);
    else elsewhere.insert(where);
  }
  if (catalogues.empty()) return Failure(no_records(region, elsewhere));
  const auto asked = request.catalogue.empty() ? meant(parts, region, catalogues, request.key_file) : request.catalogue;
  if (asked.empty())
    return fail(ErrorCode::refused, fmt::format("several catalogues have environments in region {}: {}", region.name.str(), shown_ids(catalogues)),
                "say which one with --catalogue");
  const auto chosen = catalogues.find(asked);
  if (chosen != catalogues.end()) return std::pair(chosen->first, newest_of_each(chosen->second));
  return fail(ErrorCode::not_found, fmt::format("catalogue {} has no environment in region {}", asked, region.name.str()),
              "there are: " + shown_ids(catalogues));
}

// With the catalogue's own key, else with the one that was given. Another key than the right one is no secret lost but a
// mistake.
Result<std::optional<Secret>> open_secrets(ports::Records& records, const ports::Volume& volume, const std::string& key_file) {
  const auto sealed = controller::record_label(volume, label::record_sealed);
  if (auto own = records.open(sealed, {})) return std::optional(std::move(*own));
  if (key_file.empty()) return std::optional<Secret>();
  auto given = records.open(sealed, key_file);
  if (given) return std::optional(std::move(*given));
  if (given.error().code != ErrorCode::failed || !std::filesystem::is_regular_file(key_file)) return Failure(std::move(given).error());
  return fail(ErrorCode::refused,
              fmt::format("the key {} does not open the secrets of {}", key_file, controller::record_label(volume, label::record)),
              "give the file 'key' of the folder in which the lost catalogue was; without --key-file everything but the secrets is imported");
}

Result<Found> read(PlatformParts& parts, ports::Engine& engine, const model::Region& region, const RegionImportRequest& request) {
  DIVIO_TRY(all, engine.volumes().look({{std::string(label::role), std::string(model::role::record)}}));
  DIVIO_TRY(chosen, choose(parts, region, all, request));
  Found found{.catalogue = chosen.first, .keeper = {}, .records = {}};
  const ports::Volume* last = controller::newest_record(chosen.second);
  found.keeper = controller::record_label(*last, label::record_person);
  for (const auto& volume : chosen.second) {
    DIVIO_TRY(secrets, open_secrets(parts.store->records(), volume, request.key_file));
    found.opened = found.opened && secrets;
    DIVIO_TRY(record, wire::read_record(controller::record_label(volume, label::record_open), secrets));
    record.record.environment.region = region.name;
    const bool ours = controller::record_label(volume, label::record_keeper) == parts.store->catalogue_id();
    found.records.push_back({std::move(record), secrets.has_value(), ours});
  }
  return found;
}

// Things in a region carry one catalogue's label: where this one has something, another one's cannot be taken over.
Result<void> check_whose(PlatformParts& parts, const model::Region& region, const Found& found, bool adopt) {
  const bool ours = found.catalogue == controller::catalogue_of(*parts.store, region);
  DIVIO_TRY(there, inhabitants(parts, region.name));
  if (!ours && !there.empty())
    return fail(ErrorCode::refused,
                fmt::format("region {} is where {} lives, of this catalogue, and things in one region belong to one catalogue", region.name.str(),
                            there.front().name),
                "import into a catalogue of its own: DIVIOCTL_HOME is its folder");
  if (ours || found.opened || adopt) return {};
  return fail(ErrorCode::refused,
              fmt::format("the environments in region {} belong to catalogue {}, last changed by {}", region.name.str(), found.catalogue, found.keeper),
              "if that one is lost, show its key with --key-file; to take them over without it, say --adopt");
}

// What is done with one of them. One that the catalogue knows is kept, unless another catalogue has taken it over since and
// knows better.
Result<std::string> action_for(PlatformParts& parts, const model::Region& region, const FoundRecord& one) {
  const auto& key = one.read.record.environment.key;
  DIVIO_TRY(known, parts.store->projects().environment(key));
  if (!known) return "import";
  const auto name = key.project.str() + "/" + key.environment.str();
  if (known->region != region.name)
    return fail(ErrorCode::conflict, fmt::format("{} is in this catalogue already, in region {}", name, known->region.str()),
                fmt::format("destroy that one (divioctl destroy --project {} -e {}), or import into another catalogue: DIVIOCTL_HOME is its folder",
                            key.project.str(), key.environment.str()));
  if (one.ours) return "keep";
  if (one.opened) return "replace";
  return fail(ErrorCode::refused, fmt::format("{} was taken over by another catalogue, which knows its secrets of today", name),
              "show that catalogue's key with --key-file");
}

std::string moving_in(const model::EnvironmentRecord& record) {
  const auto& migration = record.migration;
  return migration ? fmt::format("{} to {}: {}", migration->side(false), migration->side(true), to_string(migration->phase)) : std::string();
}

// The records to be taken, and what is said of all of them.
Result<std::vector<FoundRecord>> to_take(PlatformParts& parts, const model::Region& region, const Found& found, RegionImportView& view) {
  std::vector<FoundRecord> taken;
  for (const auto& one : found.records) {
    DIVIO_TRY(action, action_for(parts, region, one));
    const auto& [environment, releases, services] = std::tie(one.read.record.environment, one.read.record.releases, one.read.record.services);
    const bool keep = action == "keep";
    view.environments.push_back({environment.key.project.str() + "/" + environment.key.environment.str(), action, environment.release,
                                 static_cast<int>(releases.size()), static_cast<int>(services.size()),
                                 keep ? std::vector<std::string>() : one.read.lost, moving_in(one.read.record)});
    if (!keep) taken.push_back(one);
  }
  return taken;
}

// A region that the catalogue does not know gets what the records know of it, but for what belongs to the other machine.
Result<model::Region> imported_region(PlatformParts& parts, model::Region region, const Found& found) {
  DIVIO_TRY(known, parts.store->regions().region(region.name));
  const bool fresh = !known || known->endpoint.empty();
  if (fresh) {
    auto told = found.records.front().read.record.region;
    told.endpoint = region.endpoint;
    told.certificates = region.certificates;
    told.builder.clear();
    region = std::move(told);
  }
  region.catalogue = found.catalogue == parts.store->catalogue_id() ? std::string() : found.catalogue;
  return region;
}

// While they are held nobody else changes the environments.
using Leases = std::map<model::EnvironmentKey, std::unique_ptr<controller::EngineLease>>;

// Adds those that are missing; whether there were any.
Result<bool> hold(PlatformParts& parts, controller::Runtime& runtime, const std::vector<FoundRecord>& records, const controller::Call& call, Leases& leases) {
  bool more = false;
  for (const auto& one : records) {
    const auto& key = one.read.record.environment.key;
    if (leases.contains(key)) continue;
    DIVIO_ASSIGN(leases[key], controller::EngineLease::acquire(runtime, {key, parts.store->catalogue_id(), parts.holder.person, "import"}, call.lock_wait, call));
    more = true;
  }
  return more;
}

// What there is, and what is to be done about it.
struct Sight {
  Found found;
  RegionImportView view;
  std::vector<FoundRecord> records;
};

Result<Sight> look(PlatformParts& parts, ports::Engine& engine, const model::Region& place, const RegionImportRequest& request) {
  DIVIO_TRY(found, read(parts, engine, place, request));
  DIVIO_CHECK(check_whose(parts, place, found, request.adopt));
  RegionImportView view{place.name.str(), place.endpoint, found.catalogue, found.keeper, "planned", {}};
  DIVIO_TRY(records, to_take(parts, place, found, view));
  return Sight{std::move(found), std::move(view), std::move(records)};
}

Result<void> take(PlatformParts& parts, controller::Runtime& runtime, const std::vector<FoundRecord>& records) {
  DIVIO_CHECK(parts.store->regions().put_region(runtime.region));
  for (const auto& one : records) {
    const auto& record = one.read.record;
    DIVIO_CHECK(parts.store->projects().remove_environment(record.environment.key));  // what is known of one that is replaced
    DIVIO_CHECK(import_migration(parts, runtime.region, record));
    DIVIO_CHECK(parts.store->records().restore(record));
    auto keeper = controller::keeper_of(runtime, record.environment.key);
    keeper.take = true;
    DIVIO_CHECK(controller::keep_record(runtime, keeper));
  }
  return {};
}

}  // namespace

Result<RegionImportView> Platform::import_region(const RegionImportRequest& request, const CallOptions& options) {
  DIVIO_TRY(place, place_of(*parts_, request));
  DIVIO_TRY(engine, parts_->wiring.engine(place));
  DIVIO_TRY(seen, look(*parts_, *engine, place, request));
  if (options.dry_run) return seen.view;
  DIVIO_TRY(region, imported_region(*parts_, place, seen.found));
  const auto ingress = parts_->wiring.ingress(*parts_, region, *engine);
  controller::Runtime runtime{*engine, *ingress, *parts_->store, *parts_->clock, region, parts_->holder};
  Leases leases;
  while (true) {
    DIVIO_TRY(more, hold(*parts_, runtime, seen.records, call_of(options), leases));
    if (!more) break;
    DIVIO_ASSIGN(seen, look(*parts_, *engine, place, request));  // whoever had to be waited for has changed what there is
  }
  DIVIO_CHECK(take(*parts_, runtime, seen.records));
  parts_->close(region.name);
  seen.view.outcome = seen.records.empty() ? "unchanged" : "imported";
  return seen.view;
}

}  // namespace divio
