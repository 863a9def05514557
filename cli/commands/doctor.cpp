#include <algorithm>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_doctor(Call& call) {
  DIVIO_TRY(platform, call.platform());
  const auto findings = platform->doctor(call.target());
  call.answer(findings);
  const bool bad = std::ranges::any_of(findings, [](const auto& it) { return it.level == Finding::Level::bad; });
  return bad ? exit_code(ErrorCode::failed) : 0;
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .group = Group::look,
          .summary = "Check that everything divioctl needs is there",
          .description = "Looks at the Docker engine, the ingress controller, the catalogue and the codebase in the folder, "
                         "and says what to do about what is wrong. Exit code 1 if something is.",
          .examples = {{"divioctl doctor", "when something does not work"}},
          .carry_out = carry_out_doctor};
}

}  // namespace divio::cli
