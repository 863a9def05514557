#include "platform/forwarding.hpp"

#include <fmt/format.h>

#include <set>

#include "controller/migrations.hpp"
#include "controller/operation_run.hpp"
#include "controller/several.hpp"
#include "migration/environment/forwarding.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

using Migrations = std::vector<model::Migration>;

constexpr std::chrono::seconds for_others{10};  // who are at work on the environment

// By which the region that does not serve may hand requests on.
bool may_be_handed_on(const model::Migration& migration, model::TimePoint now) {
  using enum model::MigrationPhase;
  if (migration.in_place() || migration.alone || (migration.forward_until && *migration.forward_until <= now)) return false;
  return migration.was_handed_over() && (migration.phase == cutting_over || migration.phase == soaking || migration.phase == finalising || migration.phase == finalised);
}

// Of those, the newest by which an environment left each region, where it is `name` that they lead to. `all`: the newest first.
Migrations leading_to(const Migrations& all, const model::RegionName& name, model::TimePoint now) {
  Migrations found;
  std::set<std::pair<model::EnvironmentKey, model::RegionName>> seen;
  for (const auto& one : all)
    if (may_be_handed_on(one, now) && seen.emplace(one.key, one.other()).second && one.serving() == name) found.push_back(one);
  return found;
}

// Under the environment's lease, so that nobody leads its requests elsewhere meanwhile.
Result<void> lead(PlatformParts& parts, const model::EnvironmentKey& key, const model::RegionName& name) {
  DIVIO_TRY(there, parts.runtime(name));
  DIVIO_TRY(held, controller::HeldLease::acquire(*there, {controller::lease_subject(key), parts.holder, "lead requests to region " + name.str(), {}}, for_others, {}));
  DIVIO_TRY(all, controller::migrations(*parts.store));
  for (const auto& one : leading_to(all, name, parts.clock->now())) {
    if (one.key != key) continue;
    DIVIO_TRY(left, parts.store->regions().region(one.other()));
    if (!left) continue;  // it was removed
    DIVIO_TRY(source, parts.runtime(one.source));
    DIVIO_TRY(target, parts.runtime(one.target));
    DIVIO_CHECK(migration::environment::forward_anew({*source, *target}, one));
  }
  return {};
}

}  // namespace

Result<void> lead_to(PlatformParts& parts, const std::vector<model::RegionName>& names) {
  std::vector<controller::Failed> failed;
  for (const auto& name : names) {
    DIVIO_TRY(all, controller::migrations(*parts.store));
    std::set<model::EnvironmentKey> keys;
    for (const auto& one : leading_to(all, name, parts.clock->now())) keys.insert(one.key);
    for (const auto& key : keys)
      if (auto led = lead(parts, key, name); !led) failed.push_back({key, std::move(led).error()});
  }
  if (failed.empty()) return {};
  auto error = controller::error_of(failed, failed.size(), "could not be handed on to the region's new address");
  if (failed.size() == 1) error.message = fmt::format("requests for {} could not be handed on to the region's new address: {}", controller::name_of(failed.front().key), error.message);
  error.hint.append(error.hint.empty() ? "" : "\n").append("the region is changed; to lead them there: divioctl region set with the same --address again");
  return Failure(std::move(error));
}

}  // namespace divio
