#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(status, platform->status(call.target()));
  return call.answer(status);
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .group = Group::look,
          .summary = "Show what serves and how it is",
          .description = "Shows the environment's address, its release, how many instances each process wants and has, and "
                         "how each instance is.",
          .examples = {{"divioctl status -e live", "for people"},
                       {"divioctl status -e live --output json | jq .processes.web.healthy", "for scripts"}},
          .carry_out = carry_out};
}

}  // namespace divio::cli
