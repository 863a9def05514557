#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

// What has to be typed: the name of what goes.
Result<std::string> name_to_type(Call& call, Platform& platform, const DestroyRequest& request) {
  if (!request.whole_project) return call.target().environment;
  DIVIO_TRY(project, platform.project(call.target()));
  return project.name;
}

Result<void> ask(Call& call, Platform& platform, const DestroyRequest& request) {
  DIVIO_TRY(name, name_to_type(call, platform, request));
  const auto* where = !request.without.empty() ? ", but for what its region has" : request.keep_volumes ? "" : " and the data in its volumes";
  const auto question = fmt::format("This destroys {} '{}'{}.", request.whole_project ? "the whole project" : "the environment", name, where);
  return ask_for_consent(call, {.doing = "destroying", .question = question, .word = name, .called = "name"});
}

Result<int> carry_out_destroy(Call& call) {
  const auto request = call.read<DestroyRequest>();
  DIVIO_TRY(platform, call.platform());
  DIVIO_CHECK(ask(call, *platform, request));
  DIVIO_TRY(outcome, platform->destroy(call.target(), request, call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command destroy_command() {
  return {.name = "destroy",
          .group = Group::applications,
          .summary = "Remove an environment and everything of it",
          .description =
              "Removes the environment's instances, routes, releases, images, variables, volumes and schedule of backups; its "
              "backups stay. On a terminal the environment's name has to be typed; scripts say --yes. Where its region is gone for good, "
              "--without forgets what was deployed there, and leaves it; the variables stay too, and with them its last backup can be "
              "brought up in another region.",
          .examples = {{"divioctl destroy -e test", "asks first"},
                       {"divioctl destroy -e test --keep-volumes --yes", "leave the data"},
                       {"divioctl destroy --whole-project --dry-run", "what would go"},
                       {"divioctl destroy -e live --without eu", "when the machine of region eu has burned down"}},
          .fields = {wire::fields_of<DestroyRequest>()},
          .plans = true,
          .carry_out = carry_out_destroy};
}

}  // namespace divio::cli
