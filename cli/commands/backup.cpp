// Backups, made and looked at: backup create, list, show, verify, download.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

// A drill that did not pass is an answer, and a failure.
int answer_drill(Call& call, const BackupView& backup) {
  call.answer(backup);
  return backup.verified == "failed" ? exit_code(ErrorCode::failed) : 0;
}

Result<int> carry_out_backup_create(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(backup, platform->create_backup(call.target(), call.read<BackupCreateRequest>(), call.operation()));
  return answer_drill(call, backup);
}

Result<int> carry_out_backup_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(backups, platform->backups(call.target()));
  return call.answer(backups);
}

Result<int> carry_out_backup_show(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(backup, platform->backup(call.target(), call.read<BackupRequest>().id));
  return call.answer(backup);
}

Result<int> carry_out_backup_verify(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(backup, platform->verify_backup(call.target(), call.read<BackupRequest>(), call.operation()));
  return answer_drill(call, backup);
}

Result<int> carry_out_backup_download(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(files, platform->download_backup(call.target(), call.read<BackupDownloadRequest>(), call.operation()));
  return call.answer(files);
}

}  // namespace

Command backup_create_command() {
  return {.name = "backup create",
          .group = Group::services,
          .summary = "Back up databases, caches, media and volumes as one set",
          .description =
              "Takes one consistent state of each database and cache, and the files of media and volumes, all at about the same time and while "
              "everything serves. What is written is compressed and sealed on the way; it counts as a backup once all of it is "
              "there, and what was cut short never does. Backups made by hand are kept for 30 days, and the newest three however "
              "old they are.\n\nThey go into the folder backups beside the catalogue, or where backup store says. Keep the backup "
              "key somewhere else: backup key shows it.",
          .examples = {{"divioctl backup create -e live", "all services and volumes"},
                       {"divioctl backup create -e live --service default --verify", "one, and try it out"}},
          .fields = {wire::fields_of<BackupCreateRequest>()},
          .carry_out = carry_out_backup_create};
}

Command backup_list_command() {
  return {.name = "backup list",
          .group = Group::services,
          .summary = "List an environment's backups",
          .description = "Only what is whole, and was signed with this catalogue's backup key; others are called unreadable.",
          .examples = {{"divioctl backup list -e live", "the newest first"}},
          .carry_out = carry_out_backup_list};
}

Command backup_show_command() {
  return {.name = "backup show",
          .group = Group::services,
          .summary = "Show what a backup holds and what came of its drill",
          .description = "Sizes, versions, tables and rows of each service, and the differences that a restore drill found.",
          .examples = {{"divioctl backup show -e live", "the newest one"}},
          .fields = {wire::fields_of<BackupRequest>()},
          .carry_out = carry_out_backup_show};
}

Command backup_verify_command() {
  return {.name = "backup verify",
          .group = Group::services,
          .summary = "Restore a backup aside and compare it with what was backed up",
          .description =
              "A restore drill: makes scratch servers in the region, restores into them, and compares schema, rows and checksums "
              "of each table with what was counted in the very state that was backed up. Nothing that serves is touched, and the "
              "scratch servers are removed. What came of it is kept with the backup; one that does not pass ends with exit code 1.",
          .examples = {{"divioctl backup verify -e live", "the newest one"},
                       {"divioctl backup verify -e live 20261123-030000-4f2a", "that one"}},
          .fields = {wire::fields_of<BackupRequest>()},
          .carry_out = carry_out_backup_verify};
}

Command backup_download_command() {
  return {.name = "backup download",
          .group = Group::services,
          .summary = "Write the dumps and files of a backup into a folder",
          .description =
              "Opened and expanded, in the format of each type's own tool: PostgreSQL's custom format, SQL for MariaDB, RDB for "
              "Redis, tar for media. Each file is there whole or not at all, and only its owner can read it.",
          .examples = {{"divioctl backup download -e live --to dumps", "all of the newest one"}},
          .fields = {wire::fields_of<BackupDownloadRequest>()},
          .carry_out = carry_out_backup_download};
}

}  // namespace divio::cli
