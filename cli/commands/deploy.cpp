#include "cli/call.hpp"
#include "cli/code_selection.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_deploy(Call& call) {
  const auto request = call.read<DeployRequest>();
  DIVIO_CHECK(check(request.code));
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->deploy(call.target(), request, call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command deploy_command() {
  return {.name = "deploy",
          .group = Group::applications,
          .summary = "Build a commit and put it into production",
          .description =
              "Builds an image from the environment's branch, makes a release of it with the environment's "
              "variables, runs the release commands, starts new instances, waits until they are well, hands the "
              "traffic over and drains the old ones. Requests under way are finished.\n\n"
              "A deployment that fails leaves what serves exactly as it is, and says why.",
          .examples = {{"divioctl deploy", "the test environment"},
                       {"divioctl deploy -e live", "the live environment"},
                       {"divioctl deploy -e live --ref 3f2a91c", "a commit"},
                       {"divioctl deploy --worktree", "the folder as it is"},
                       {"divioctl deploy -e live --dry-run", "what would be done"}},
          .fields = {wire::fields_of<DeployRequest>()},
          .plans = true,
          .carry_out = carry_out_deploy};
}

}  // namespace divio::cli
