// Scheduled work without anybody at a terminal: schedule install, remove.
#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_schedule_install(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(timer, platform->install_timer(call.read<TimerRequest>(), call.options().dry_run));
  return call.answer(timer);
}

Result<int> carry_out_schedule_remove(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(timer, platform->remove_timer(call.read<TimerRequest>(), call.options().dry_run));
  return call.answer(timer);
}

}  // namespace

Command schedule_install_command() {
  return {.name = "schedule install",
          .group = Group::services,
          .summary = "Let systemd make the scheduled backups",
          .description =
              "Writes a timer and a service that run divioctl backup run every quarter of an hour, with this catalogue, this "
              "program and the way to engines that the environment says now, and starts the timer; --dry-run shows them. A timer of your own runs while you are logged in, or always "
              "where your account lingers (loginctl enable-linger).",
          .examples = {{"divioctl schedule install --dry-run", "see what it writes"},
                       {"divioctl schedule install --system-wide", "as root"}},
          .fields = {wire::fields_of<TimerRequest>()},
          .plans = true,
          .carry_out = carry_out_schedule_install};
}

Command schedule_remove_command() {
  return {.name = "schedule remove",
          .group = Group::services,
          .summary = "Remove the timer that schedule install made",
          .description = "The schedules of the environments stay; nobody carries them out any more, but reconcile --watch.",
          .examples = {{"divioctl schedule remove", "of this user"}},
          .fields = {wire::fields_of<TimerRequest>()},
          .plans = true,
          .carry_out = carry_out_schedule_remove};
}

}  // namespace divio::cli
