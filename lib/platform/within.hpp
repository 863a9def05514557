// A call within the environment that a target means.
#pragma once

#include <utility>

#include "platform/codebase.hpp"
#include "platform/parts.hpp"
#include "platform/places.hpp"
#include "support/try.hpp"

namespace divio {

[[nodiscard]] inline controller::Call call_of(const CallOptions& options) {
  return {options.listener, options.stop, options.lock_wait, options.timeout, options.dry_run};
}

// The parts of the region that an environment is in, as they are for it.
[[nodiscard]] inline Result<controller::Runtime*> runtime_of(PlatformParts& parts, const model::EnvironmentKey& key) {
  DIVIO_TRY(region, recorded_place(parts, key));
  return parts.runtime(region, key);
}

// Runs `act` with the region's parts and the environment that is meant.
template <class Act>
auto with_environment(PlatformParts& parts, const Target& target, const Act& act)
    -> decltype(act(std::declval<controller::Runtime&>(), std::declval<const model::EnvironmentKey&>())) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(runtime, runtime_of(parts, key));
  return act(*runtime, key);
}

}  // namespace divio
