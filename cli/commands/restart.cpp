#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_restart(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->restart(call.target(), call.read<RestartRequest>(), call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command restart_command() {
  return {.name = "restart",
          .group = Group::applications,
          .summary = "Replace every instance by a new one",
          .description =
              "Starts new instances of the release that serves, one after the other, and drains the old ones. No "
              "request is lost.",
          .examples = {{"divioctl restart -e live", "without a gap"}},
          .fields = {wire::fields_of<RestartRequest>()},
          .plans = true,
          .carry_out = carry_out_restart};
}

}  // namespace divio::cli
