#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

// What has to be typed: the name of what goes.
Result<std::string> name_to_type(Call& call, Platform& platform, const DestroyRequest& request) {
  if (!request.whole_project) return call.target().environment;
  DIVIO_TRY(project, platform.project(call.target()));
  return project.name;
}

Result<void> ask_for_consent(Call& call, Platform& platform, const DestroyRequest& request) {
  if (call.options().yes || call.options().dry_run) return {};
  if (!call.streams().input_terminal || !call.streams().error_terminal)
    return fail(ErrorCode::refused, "destroying needs your consent, and there is no terminal to ask on",
                "say --yes if you mean it");
  DIVIO_TRY(name, name_to_type(call, platform, request));
  const auto what = fmt::format("{} '{}'{}", request.whole_project ? "the whole project" : "the environment", name,
                                request.keep_volumes ? "" : " and the data in its volumes");
  DIVIO_TRY(answer, ask(call.streams().err, fmt::format("This destroys {}. Type its name to go on: ", what)));
  if (answer != name) return fail(ErrorCode::refused, fmt::format("nothing is destroyed: '{}' was not typed", name));
  return {};
}

Result<int> carry_out(Call& call) {
  const auto request = call.read<DestroyRequest>();
  DIVIO_TRY(platform, call.platform());
  DIVIO_CHECK(ask_for_consent(call, *platform, request));
  DIVIO_TRY(outcome, platform->destroy(call.target(), request, call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command destroy_command() {
  return {.name = "destroy",
          .group = Group::applications,
          .summary = "Remove an environment and everything of it",
          .description =
              "Removes the environment's instances, routes, releases, images, variables and volumes. On a terminal the "
              "environment's name has to be typed; scripts say --yes.",
          .examples = {{"divioctl destroy -e test", "asks first"},
                       {"divioctl destroy -e test --keep-volumes --yes", "leave the data"},
                       {"divioctl destroy --whole-project --dry-run", "what would go"}},
          .fields = {wire::fields_of<DestroyRequest>()},
          .plans = true,
          .carry_out = carry_out};
}

}  // namespace divio::cli
