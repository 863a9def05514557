// Where a deployment's image comes from: its region has it, its builder has it, or it is built by one of the two.
#pragma once

#include "builder/build.hpp"
#include "controller/operation_run.hpp"
#include "controller/use_cases.hpp"

namespace divio::controller {

// What building would come to. Changes nothing.
struct ImagePlan {
  builder::BuildPlan build;    // `existing` is the image of the region, or else of the builder
  bool in_region = false;      // whether the region has it
  bool at_builder = false;     // whether the builder has it, and it is only to be brought over

  [[nodiscard]] bool reuses() const { return in_region || at_builder; }
};

[[nodiscard]] Result<ImagePlan> plan_image(Runtime& runtime, const Deployment& deployment);

// Carries it out: afterwards the image is in the region, under its own name. A builder of another architecture than the
// region's is refused before anything is built. A connection that breaks while the image is brought over is tried again
// a few times.
[[nodiscard]] Result<builder::BuiltImage> obtain_image(Runtime& runtime, OperationRun& run, const Deployment& deployment,
                                                       const Call& call);

// Whether a release's image has a digest by which it can be pulled again, and the region's engine has it no more.
[[nodiscard]] Result<bool> has_to_pull(Runtime& runtime, const model::Release& release);

// Pulls a release's image again, by its digest, where the region's engine has it no more. Without a digest it does nothing.
[[nodiscard]] Result<void> ensure_image(Runtime& runtime, OperationRun& run, const model::Release& release);

}  // namespace divio::controller
