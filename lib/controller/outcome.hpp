// From what happened to what is answered.
#pragma once

#include "controller/operation_run.hpp"
#include "controller/rollout.hpp"
#include "divio/views.hpp"

namespace divio::controller {

// http://HOST[:PORT] of an environment's first host name; empty without one.
[[nodiscard]] std::string url_of(const model::Region& region, const std::vector<std::string>& hosts);

// http://HOST[:PORT] of the region's ingress, for an environment whose shown host name leads nowhere but on the region's
// own machine; empty where its url will do.
[[nodiscard]] std::string address_of(const model::Region& region, const std::vector<std::string>& hosts);

[[nodiscard]] RolloutOutcome outcome_of(const Runtime& runtime, const std::optional<model::Release>& release,
                                        const planning::Plan& plan, const std::string& operation);

// Ends the operation in the journal as `result` says, and gives the result back. An operation whose connection broke off
// half-way is not ended: it can be resumed, and the error says how.
[[nodiscard]] Result<RolloutOutcome> conclude(OperationRun& run, Result<RolloutOutcome> result);

// The environment, or not_found with a hint.
[[nodiscard]] Result<model::Environment> need_environment(Runtime& runtime, const model::EnvironmentKey& key);

// The release that an environment wants; nullopt if nothing was ever deployed.
[[nodiscard]] Result<std::optional<model::Release>> wanted_release(Runtime& runtime, const model::Environment& environment);

// The same, or not_found for an environment to which nothing was deployed.
[[nodiscard]] Result<model::Release> need_release(Runtime& runtime, const model::Environment& environment);

}  // namespace divio::controller
