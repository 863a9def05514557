// Backups that replace or go: backup restore, delete, schedule, run.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_backup_restore(Call& call) {
  const auto request = call.read<BackupRestoreRequest>();
  DIVIO_TRY(platform, call.platform());
  const auto& environment = call.target().environment;
  const auto question = fmt::format("This puts backup {} in place of data of environment '{}'.", request.id, environment);
  DIVIO_CHECK(ask_for_consent(call, {.doing = "replacing data", .question = question, .word = environment, .called = "name"}));
  DIVIO_TRY(outcome, platform->restore_backup(call.target(), request, call.operation()));
  return call.answer(outcome);
}

Result<int> carry_out_backup_delete(Call& call) {
  const auto id = call.read<BackupDeleteRequest>().id;
  DIVIO_TRY(platform, call.platform());
  const auto question = fmt::format("This removes backup {} of {} for good.", id, call.target().environment);
  DIVIO_CHECK(ask_for_consent(call, {.doing = "deleting a backup", .question = question, .word = id, .called = "id"}));
  DIVIO_CHECK(platform->delete_backup(call.target(), id));
  return call.answer_with(fmt::format("Deleted backup {}\n", id), wire::text_json("deleted", id));
}

Result<int> carry_out_backup_schedule(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(schedule, platform->schedule_backups(call.target(), call.read<BackupScheduleRequest>()));
  return call.answer(schedule);
}

Result<int> carry_out_backup_run(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(made, platform->run_backups(call.operation()));
  return call.json() || !made.empty() ? call.answer(made) : call.answer_with("Nothing is due\n");
}

}  // namespace

Command backup_restore_command() {
  return {.name = "backup restore",
          .group = Group::services,
          .summary = "Put a backup in place of what services hold",
          .description =
              "All of the backup is read and found to be right before anything is replaced. What is there is backed up first, and "
              "put back if the restore fails; that backup stays. PostgreSQL, Redis, media and volumes serve what they had until all of it "
              "is in; MariaDB is emptied first.\n\nRefused, unless forced, where the code that serves was deployed after the "
              "backup was made, since it may need a newer schema, and into a server that is older than the backup's. On a "
              "terminal the environment's name has to be typed; scripts say --yes. One that was cut short is done anew by the "
              "same command, or by operation resume.",
          .examples = {{"divioctl backup restore -e live", "the newest one"},
                       {"divioctl backup restore -e test --from live --yes", "another environment's, in a script"},
                       {"divioctl backup restore -e live 20261123-030000-4f2a --service default", "one service"}},
          .fields = {wire::fields_of<BackupRestoreRequest>()},
          .plans = true,
          .carry_out = carry_out_backup_restore};
}

Command backup_delete_command() {
  return {.name = "backup delete",
          .group = Group::services,
          .summary = "Remove a backup",
          .description = "For good. On a terminal the id has to be typed; scripts say --yes.",
          .examples = {{"divioctl backup delete -e live 20261123-030000-4f2a", "asks first"}},
          .fields = {wire::fields_of<BackupDeleteRequest>()},
          .carry_out = carry_out_backup_delete};
}

Command backup_schedule_command() {
  return {.name = "backup schedule",
          .group = Group::services,
          .summary = "Show or set when an environment is backed up",
          .description =
              "Once a day. Of scheduled backups 7 daily, 4 weekly and 12 monthly ones are kept. They are made by backup run, which "
              "schedule install lets systemd do, or by reconcile --watch. One that fails, does not pass its drill or was not made "
              "at all is a problem in the environment's status.",
          .examples = {{"divioctl backup schedule -e live --at 03:00", "every day at three, UTC"},
                       {"divioctl backup schedule -e live", "show it"},
                       {"divioctl backup schedule -e live --off", "no more"}},
          .fields = {wire::fields_of<BackupScheduleRequest>()},
          .carry_out = carry_out_backup_schedule};
}

Command backup_run_command() {
  return {.name = "backup run",
          .group = Group::services,
          .summary = "Make the scheduled backups that are due",
          .description =
              "Of every environment, and tries them out where that is due. Fails if one of them did; the others are made all the "
              "same, and the next run tries again.",
          .examples = {{"divioctl backup run", "for a timer"}},
          .carry_out = carry_out_backup_run};
}

}  // namespace divio::cli
