// What making backups and drills have in common.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "controller/operation_run.hpp"
#include "controller/services.hpp"

namespace divio::controller {

// Ends the operation in the journal as `error` says; null: it succeeded.
[[nodiscard]] Result<void> end_beside(OperationRun& run, const Error* error, const std::string& summary);

// Carries out a step, told as any other: `act` gets what is to be called with the bytes that went by.
using Moved = std::function<void(std::uint64_t bytes)>;
[[nodiscard]] Result<void> tell_step(OperationRun& run, const Runtime& runtime, const PlanMade::Step& step,
                                     const std::function<Result<void>(const Moved&)>& act);

// Calls `act` with every number below `count`, several at once; the first error, once all have ended.
[[nodiscard]] Result<void> at_once(std::size_t count, const std::function<Result<void>(std::size_t)>& act);

}  // namespace divio::controller
