#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_rollback(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->rollback(call.target(), call.read<RollbackRequest>(), call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command rollback_command() {
  return {.name = "rollback",
          .group = Group::applications,
          .summary = "Go back to an earlier release",
          .description =
              "Puts an earlier release into production again, image and configuration, without building. 'divioctl "
              "releases' lists what there is to go back to.",
          .examples = {{"divioctl rollback -e live", "the release that served before"},
                       {"divioctl rollback -e live 12", "release 12"}},
          .fields = {wire::fields_of<RollbackRequest>()},
          .plans = true,
          .carry_out = carry_out_rollback};
}

}  // namespace divio::cli
