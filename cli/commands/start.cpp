#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_start(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->start(call.target(), call.read<StartRequest>(), call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command start_command() {
  return {.name = "start",
          .group = Group::applications,
          .summary = "Serve again after a stop",
          .description =
              "Starts the instances of the release that served when the environment was stopped.",
          .examples = {{"divioctl start", "the test environment"}},
          .fields = {wire::fields_of<StartRequest>()},
          .plans = true,
          .carry_out = carry_out_start};
}

}  // namespace divio::cli
