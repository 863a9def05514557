// Carries out the steps of a plan on the ports.
#pragma once

#include <functional>
#include <stop_token>

#include "controller/operation_run.hpp"
#include "controller/runtime.hpp"
#include "model/release.hpp"
#include "planning/plan.hpp"

namespace divio::controller {

// What a plan is carried out with.
struct Work {
  Runtime& runtime;
  OperationRun& run;
  const model::Release* release = nullptr;      // of StartInstance and RunReleaseCommand steps; null where there are none
  std::function<Result<void>()> commit;         // what Commit does
  std::stop_token stop;                         // requested: waiting steps end with cancelled
  bool committed = false;                       // set by Commit
  // What writes the data of a service, for ReplaceData steps.
  std::function<ports::ArchiveWriter(const std::string& prefix)> data = {};
};

// Idempotent; safe to call for several steps at once.
[[nodiscard]] Result<void> carry_out(Work& work, const planning::Step& step, const model::EnvironmentKey& key);

}  // namespace divio::controller
