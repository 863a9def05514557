#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_releases(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(releases, platform->releases(call.target()));
  return call.answer(releases);
}

}  // namespace

Command releases_command() {
  return {.name = "releases",
          .group = Group::look,
          .summary = "List an environment's releases",
          .description = "Lists the numbered releases, newest first, with the commit that each was made from. A release whose "
                         "image is kept can be gone back to without a build.",
          .examples = {{"divioctl releases -e live", "newest first"}},
          .carry_out = carry_out_releases};
}

}  // namespace divio::cli
