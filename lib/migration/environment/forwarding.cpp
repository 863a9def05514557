#include "migration/environment/forwarding.hpp"

#include "migration/environment/sides.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {

Result<ports::Forward> forward_from(TwoRegions& regions, const model::Migration& migration, Side left) {
  DIVIO_TRY(there, forward_to(regions, migration, relay::other(left)));
  if (migration.forward_until) there.until_s = std::chrono::duration_cast<std::chrono::seconds>(migration.forward_until->time_since_epoch()).count();
  return there;
}

Result<void> forward_anew(const Regions& regions, const model::Migration& migration) {
  const auto left = migration.there ? Side::source : Side::target;
  TwoRegions both(regions.source, regions.target, migration);
  auto& traffic = both.at(left).ingress.traffic();
  DIVIO_TRY(state, traffic.state(migration.key));
  if (!state.forward) return {};
  DIVIO_TRY(there, forward_from(both, migration, left));
  return traffic.forward(migration.key, there);
}

}  // namespace divio::migration::environment
