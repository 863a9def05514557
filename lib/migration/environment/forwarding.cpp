#include "migration/environment/forwarding.hpp"

#include "migration/environment/sides.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {

Result<ports::Forward> forward_from(TwoRegions& regions, const model::Migration& migration, Side left) {
  DIVIO_TRY(there, forward_to(regions, migration, relay::other(left)));
  if (migration.forward_until) there.until_s = std::chrono::duration_cast<std::chrono::seconds>(migration.forward_until->time_since_epoch()).count();
  return there;
}

Result<void> forward_anew(TwoRegions& regions, const model::Migration& migration) {
  const auto left = migration.there ? Side::source : Side::target;
  auto& traffic = regions.at(left).ingress.traffic();
  const auto state = traffic.state(migration.key);
  if (!state && state.error().code == ErrorCode::not_found) return {};  // there is no ingress any more
  DIVIO_CHECK(state);
  if (!state->forward) return {};
  DIVIO_TRY(there, forward_from(regions, migration, left));
  return traffic.forward(migration.key, there);
}

Result<void> forward_anew(const Regions& regions, const model::Migration& migration) {
  TwoRegions both(regions.source, regions.target, migration);
  return forward_anew(both, migration);
}

}  // namespace divio::migration::environment
