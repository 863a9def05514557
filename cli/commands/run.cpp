#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_run(Call& call) {
  const auto request = call.read<RunRequest>();
  DIVIO_TRY(platform, call.platform());
  const auto options = call.inside();  // first: its handling of signals is to stay
  const ConsoleHold console(call.streams());
  return platform->run(call.target(), request, console.get(), options);
}

}  // namespace

Command run_command() {
  return {.name = "run",
          .group = Group::inside,
          .summary = "Run a one-off command in a container of its own",
          .description =
              "Starts a container of the release with its configuration and volumes, runs the command in it, ends "
              "with its exit code and removes the container. What serves is not touched.",
          .examples = {{"divioctl run -e live -- ./manage.py createsuperuser", "a one-off task"},
                       {"divioctl run --release 12 -- env", "in an earlier release"}},
          .fields = {wire::fields_of<RunRequest>()},
          .carry_out = carry_out_run};
}

}  // namespace divio::cli
