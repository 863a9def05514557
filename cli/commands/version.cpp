#include "divio/version.hpp"

#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_version(Call& call) {
  const std::string number(version());
  return call.answer_with(fmt::format("divioctl {}\n", number), wire::text_json("version", number));
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .group = Group::other,
          .summary = "Print the version",
          .description = "Prints the version of divioctl, as divioctl --version does.",
          .examples = {{"divioctl --version", "the quickest way"}},
          .carry_out = carry_out_version};
}

}  // namespace divio::cli
