// What each request changes in what is wanted; and carrying a change out under an operation.
#pragma once

#include "controller/operation_run.hpp"
#include "controller/rollout.hpp"
#include "divio/requests.hpp"
#include "divio/views.hpp"

namespace divio::controller {

[[nodiscard]] Result<Change> scale_change(Runtime&, const model::EnvironmentKey&, const ScaleRequest&);
[[nodiscard]] Result<Change> rollback_change(Runtime&, const model::EnvironmentKey&, const RollbackRequest&);
[[nodiscard]] Result<Change> restart_change(Runtime&, const model::EnvironmentKey&);
[[nodiscard]] Result<Change> stopped_change(Runtime&, const model::EnvironmentKey&, bool stopped);

[[nodiscard]] Result<RolloutOutcome> plan_only(Runtime&, const Change&);
[[nodiscard]] Result<RolloutOutcome> carry_out_change(Runtime&, OperationRun&, const Result<Change>&);

}  // namespace divio::controller
