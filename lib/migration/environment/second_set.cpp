#include "migration/environment/second_set.hpp"

#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

// From the second set its other side is the first.
ports::Forward from_second(ports::Forward forward) {
  if (forward.to == ports::ForwardTo::beside) forward.to = ports::ForwardTo::own;
  return forward;
}

}  // namespace

Result<std::optional<model::Routes>> SecondSet::routes(const model::EnvironmentKey& key) {
  DIVIO_TRY(found, base_.routes(set_of(key)));
  if (found) found->key = key;
  return found;
}

Result<void> SecondSet::apply(const model::Routes& routes) {
  auto own = routes;
  own.key = set_of(routes.key);
  return base_.apply(own);
}

Result<void> SecondSet::Words::guard(const std::string& id, const ports::Guard& guard) {
  auto own = guard;
  if (own.forward) own.forward = from_second(std::move(*own.forward));
  return decisions().guard(id, own);
}

Result<ports::TrafficState> SecondSet::Requests::state(const model::EnvironmentKey& key) {
  DIVIO_TRY(state, base.traffic().state(key));
  DIVIO_TRY(own, base.traffic().state(key.beside()));
  state.in_flight = own.in_flight;
  state.upgraded = own.upgraded;
  if (state.forward) state.forward.reset();
  else state.forward = ports::Forward{.to = ports::ForwardTo::beside};
  return state;
}

ServingSet::ServingSet(controller::Runtime& region, const model::Migration& migration)
    : second_(region.ingress, migration.key),
      runtime_{region.engine, migration.there ? second_ : region.ingress, region.store, region.clock, region.region, region.holder, region.services,
               region.programs, region.open_bucket, migration.generations(migration.there)} {}

Result<void> SecondSet::Requests::forward(const model::EnvironmentKey& key, const ports::Forward& where) {
  return base.traffic().forward(key, from_second(where));
}

}  // namespace divio::migration::environment
