#include "platform/forwarding.hpp"

#include <fmt/format.h>

#include <set>

#include "controller/migrations.hpp"
#include "controller/several.hpp"
#include "migration/environment/forwarding.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

bool may_be_handed_on(const model::Migration& migration) {
  using enum model::MigrationPhase;
  return !migration.in_place() && (migration.phase == soaking || migration.phase == finalising || migration.phase == finalised);
}

Result<void> forward_anew(PlatformParts& parts, const model::Migration& migration) {
  DIVIO_TRY(left, parts.store->regions().region(migration.other()));
  if (!left) return {};  // it was removed
  DIVIO_TRY(source, parts.runtime(migration.source));
  DIVIO_TRY(target, parts.runtime(migration.target));
  return migration::environment::forward_anew({*source, *target}, migration);
}

}  // namespace

Result<void> lead_to(PlatformParts& parts, const model::RegionName& name) {
  DIVIO_TRY(all, controller::migrations(*parts.store));  // the newest first
  std::set<std::string> seen;
  std::vector<controller::Failed> failed;
  for (const auto& one : all) {
    if (!seen.insert(controller::name_of(one.key)).second || !may_be_handed_on(one) || one.serving() != name) continue;
    if (auto led = forward_anew(parts, one); !led) failed.push_back({one.key, std::move(led).error()});
  }
  if (failed.empty()) return {};
  auto error = controller::error_of(failed, failed.size(), "could not be handed on to the region's new address");
  if (failed.size() == 1) error.message = fmt::format("requests for {} could not be handed on to the region's new address: {}", controller::name_of(failed.front().key), error.message);
  error.hint.append(error.hint.empty() ? "" : "\n").append(fmt::format("the region is changed; the same command again leads them to {}", name.str()));
  return Failure(std::move(error));
}

}  // namespace divio
