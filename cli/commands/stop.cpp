#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_stop(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->stop(call.target(), call.read<StopRequest>(), call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command stop_command() {
  return {.name = "stop",
          .group = Group::applications,
          .summary = "Stop serving",
          .description =
              "Drains and stops every instance. Releases, variables and volumes stay; visitors get a page that says "
              "that nothing serves.",
          .examples = {{"divioctl stop", "the test environment"}},
          .fields = {wire::fields_of<StopRequest>()},
          .plans = true,
          .carry_out = carry_out_stop};
}

}  // namespace divio::cli
