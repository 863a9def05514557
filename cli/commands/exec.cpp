#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_exec(Call& call) {
  const auto request = call.read<ExecRequest>();
  DIVIO_TRY(platform, call.platform());
  const auto options = call.inside();  // first: its handling of signals is to stay
  const ConsoleHold console(call.streams());
  return platform->exec(call.target(), request, console.get(), options);
}

}  // namespace

Command exec_command() {
  return {.name = "exec",
          .group = Group::inside,
          .summary = "Run a command in a running instance",
          .description =
              "Runs the command in an instance that serves, and ends with its exit code. On a terminal the command "
              "gets one too; otherwise input and output are plain pipes.",
          .examples = {{"divioctl exec -e live -- ls -l", "in the first instance of web"},
                       {"divioctl exec worker -- sh", "a shell in the worker"},
                       {"echo 'select 1' | divioctl exec -- ./manage.py dbshell", "with input from a pipe"}},
          .fields = {wire::fields_of<ExecRequest>()},
          .carry_out = carry_out_exec};
}

}  // namespace divio::cli
