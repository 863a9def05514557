// Taking an environment away.
#pragma once

#include "controller/operation_run.hpp"
#include "divio/requests.hpp"
#include "divio/views.hpp"

namespace divio::controller {

[[nodiscard]] Result<RolloutOutcome> carry_out_destruction(Runtime&, OperationRun&, const model::EnvironmentKey&,
                                                           const DestroyRequest&);

}  // namespace divio::controller
