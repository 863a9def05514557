#include "cli/call.hpp"
#include "cli/code_selection.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_build(Call& call) {
  const auto request = call.read<BuildRequest>();
  DIVIO_CHECK(check(request.code));
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->build(call.target(), request, call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command build_command() {
  return {.name = "build",
          .group = Group::applications,
          .summary = "Build the image of a commit",
          .description =
              "Builds the image that a deployment would run, without deploying it. An image that was built from the same "
              "code with the same settings is used again.",
          .examples = {{"divioctl build", "the test environment's branch"},
                       {"divioctl build -e live --ref v1.4", "a tag"},
                       {"divioctl build --build-mode force", "anew, also if nothing has changed"}},
          .fields = {wire::fields_of<BuildRequest>()},
          .plans = true,
          .carry_out = carry_out_build};
}

}  // namespace divio::cli
