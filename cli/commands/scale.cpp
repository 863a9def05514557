#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_scale(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->scale(call.target(), call.read<ScaleRequest>(), call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command scale_command() {
  return {.name = "scale",
          .group = Group::applications,
          .summary = "Set how many instances a process has",
          .description =
              "Starts or drains instances until each process named has as many as said. The number stays through "
              "deployments, above that of divio.yaml, until it is set to default.",
          .examples = {{"divioctl scale -e live web=3 worker=2", "three instances of web, two of worker"},
                       {"divioctl scale worker=0", "take the worker out"},
                       {"divioctl scale -e live web=default", "as many as divio.yaml says"}},
          .fields = {wire::fields_of<ScaleRequest>()},
          .plans = true,
          .carry_out = carry_out_scale};
}

}  // namespace divio::cli
