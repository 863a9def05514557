// Changing services: service attach, detach, rotate, remove.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "cli/read_secret.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_service_attach(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->attach_service(call.target(), call.read<ServiceRequest>(), call.operation()));
  return call.answer(outcome);
}

Result<int> carry_out_service_detach(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->detach_service(call.target(), call.read<ServiceRequest>(), call.operation()));
  return call.answer(outcome);
}

Result<int> carry_out_service_rotate(Call& call) {
  auto request = call.read<ServiceRotateRequest>();
  if (!request.access_key.empty()) {
    DIVIO_ASSIGN(request.secret_key, read_secret(call, "Secret key"));
  }
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->rotate_service(call.target(), request, call.operation()));
  return call.answer(outcome);
}

Result<int> carry_out_service_remove(Call& call) {
  const auto request = call.read<ServiceRemoveRequest>();
  DIVIO_TRY(platform, call.platform());
  const auto question = fmt::format("This removes service '{}' of {} and its data. A bucket of media in S3 stays.", request.prefix, call.target().environment);
  DIVIO_CHECK(ask_for_consent(call, {.doing = "removing a service", .question = question, .word = request.prefix, .called = "prefix"}));
  DIVIO_TRY(outcome, platform->remove_service(call.target(), request, call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command service_attach_command() {
  return {.name = "service attach",
          .group = Group::services,
          .summary = "Give a service to the environment's containers",
          .description =
              "Makes the service if it is not made yet, and rolls out a new release of the image that serves, with the "
              "service's variables; release commands are run. Where nothing is deployed the next deployment does it.",
          .examples = {{"divioctl service attach -e live default", "after it was added or detached"}},
          .fields = {wire::fields_of<ServiceRequest>()},
          .plans = true,
          .carry_out = carry_out_service_attach};
}

Command service_detach_command() {
  return {.name = "service detach",
          .group = Group::services,
          .summary = "Take a service away from the environment's containers",
          .description =
              "Rolls out a new release of the image that serves, without the service's variables. The data is kept, and the "
              "service stays detached, whatever divio.yaml says, until it is attached again. Removing a service from divio.yaml "
              "does not detach it.",
          .examples = {{"divioctl service detach -e live cache", "its data is kept"}},
          .fields = {wire::fields_of<ServiceRequest>()},
          .plans = true,
          .carry_out = carry_out_service_detach};
}

Command service_rotate_command() {
  return {.name = "service rotate",
          .group = Group::services,
          .summary = "Give a service new credentials",
          .description =
              "Makes new credentials beside the old ones, replaces the instances as a restart does, and then refuses the old "
              "ones. No request is dropped. One that was cut short is finished by the same command, or by operation resume. "
              "Media in S3 get the key pair that is given: it is tried out first, and the old one can be taken away at the provider "
              "afterwards.",
          .examples = {{"divioctl service rotate -e live default", "a new password"},
                       {"divioctl service rotate -e live media --access-key AKIAEXAMPLE <secret-key.txt", "another key pair for the bucket"}},
          .fields = {wire::fields_of<ServiceRotateRequest>()},
          .plans = true,
          .carry_out = carry_out_service_rotate};
}

Command service_remove_command() {
  return {.name = "service remove",
          .group = Group::services,
          .summary = "Remove a detached service and its data",
          .description =
              "Removes the database, or the server of its own, or the folder, with everything in it. A last backup is taken first, "
              "unless told not to; while that fails nothing is removed. A service that is attached is refused. On a terminal the prefix has to be typed; scripts say --yes. If divio.yaml "
              "still has the service, the next deployment makes a new, empty one.",
          .examples = {{"divioctl service remove -e live cache", "asks first"},
                       {"divioctl service remove -e test cache --yes", "in a script"}},
          .fields = {wire::fields_of<ServiceRemoveRequest>()},
          .plans = true,
          .carry_out = carry_out_service_remove};
}

}  // namespace divio::cli
