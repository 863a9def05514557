// Release commands: run to their end in the new image, before traffic moves.
#pragma once

#include "controller/steps.hpp"

namespace divio::controller {

// One that ended well before is not run again; one that is running is joined; one that failed is run anew.
[[nodiscard]] Result<void> run_release_command(Work& work, const planning::RunReleaseCommand& step);

}  // namespace divio::controller
