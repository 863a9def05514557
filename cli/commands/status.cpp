#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

struct CheckOptions {
  bool check = false;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> CheckOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "check", .help = "end with exit code 1 unless all is as it is wanted", .access = wire::access<CheckOptions, &CheckOptions::check>()},
  }};
  return table;
}

bool is_as_wanted(const StatusView& status) {
  return (status.state == "serving" || status.state == "stopped") && status.problems.empty();
}

Result<int> carry_out_status(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(status, platform->status(call.target()));
  call.answer(status);
  return call.read<CheckOptions>().check && !is_as_wanted(status) ? exit_code(ErrorCode::failed) : 0;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .group = Group::look,
          .summary = "Show what serves and how it is",
          .description = "Shows the environment's address, its release, how many instances each process wants and has, and "
                         "how each instance is. Exit code 0 says that it could be shown. With --check it says that the "
                         "environment serves, or was stopped, and that there are no problems, such as a backup that failed; "
                         "else it is 1.",
          .examples = {{"divioctl status -e live", "for people"},
                       {"divioctl status -e live --output json | jq .processes.web.healthy", "for scripts"},
                       {"divioctl status -e live --check > /dev/null || echo trouble", "for monitoring"}},
          .fields = {CheckOptions::fields()},
          .carry_out = carry_out_status};
}

}  // namespace divio::cli
