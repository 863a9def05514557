// Carrying migrations out: migrate rehearse, start, cutover, reverse, abort, resume, finalize.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "cli/migration_group.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_migrate_start(Call& call) {
  const auto request = call.read<MigrateStartRequest>();
  if (call.options().dry_run) return answer_with_plan(call, {.to = request.to});
  return answer_about_migrations(
      call, [&](Platform& platform) { return platform.start_migration(call.target(), request, call.operation()); },
      [&](Platform& platform, const MigrationGroup& group) { return platform.start_migrations(call.target(), group, request, call.operation()); });
}

Result<int> carry_out_migrate_rehearse(Call& call) {
  const auto request = call.read<MigrateRehearseRequest>();
  bool good = true;
  DIVIO_CHECK(answer_about_migrations(
      call,
      [&](Platform& platform) {
        auto rehearsal = platform.rehearse_migration(call.target(), request, call.operation());
        good = rehearsal && rehearsal->good;
        return rehearsal;
      },
      [&](Platform& platform, const MigrationGroup& group) {
        auto rehearsals = platform.rehearse_migrations(call.target(), group, request, call.operation());
        good = rehearsals && std::ranges::all_of(*rehearsals, &MigrationRehearsalView::good);
        return rehearsals;
      }));
  return good ? 0 : exit_code(ErrorCode::failed);
}

// Of one or more.
const std::string& name_of(const MigrationGroup& group, const std::vector<MigrationView>& migrations) {
  return group.application.empty() ? migrations.front().project : group.application;
}

// What is lost nobody can tell, so somebody has to want it.
Result<void> ask_to_take_over(Call& call, const std::string& without, const std::string& name) {
  const auto question = fmt::format("This lets the other region take over from region {}, with what had arrived there. What region {} had besides is lost. Make sure that it is off, and stays off.", without, without);
  return ask_for_consent(call, {.doing = "taking over from a region", .question = question, .word = name, .called = "name"});
}

Result<int> carry_out_migrate_cutover(Call& call) {
  const auto request = call.read<MigrateCutOverRequest>();
  return answer_about_migrations(
      call,
      [&](Platform& platform) -> Result<MigrationView> {
        if (!request.without.empty() && !call.options().yes) DIVIO_CHECK(ask_to_take_over(call, request.without, call.target().environment));
        return platform.cut_over_migration(call.target(), request, call.operation());
      },
      [&](Platform& platform, const MigrationGroup& group) -> Result<std::vector<MigrationView>> {
        if (!request.without.empty() && !call.options().yes) {
          DIVIO_TRY(migrations, platform.migrations(call.target(), group));
          if (!migrations.empty()) DIVIO_CHECK(ask_to_take_over(call, request.without, name_of(group, migrations)));
        }
        return platform.cut_over_migrations(call.target(), group, request, call.operation());
      });
}

Result<int> carry_out_migrate_reverse(Call& call) {
  const auto request = call.read<MigrateReverseRequest>();
  return answer_about_migrations(
      call, [&](Platform& platform) { return platform.reverse_migration(call.target(), request, call.operation()); },
      [&](Platform& platform, const MigrationGroup& group) { return platform.reverse_migrations(call.target(), group, request, call.operation()); });
}

Result<int> carry_out_migrate_abort(Call& call) {
  const auto request = call.read<MigrateAbortRequest>();
  return answer_about_migrations(
      call, [&](Platform& platform) { return platform.abort_migration(call.target(), request, call.operation()); },
      [&](Platform& platform, const MigrationGroup& group) { return platform.abort_migrations(call.target(), group, request, call.operation()); });
}

Result<int> carry_out_migrate_resume(Call& call) {
  const auto request = call.read<MigrateResumeRequest>();
  return answer_about_migrations(
      call, [&](Platform& platform) { return platform.resume_migration(call.target(), request, call.operation()); },
      [&](Platform& platform, const MigrationGroup& group) { return platform.resume_migrations(call.target(), group, request, call.operation()); });
}

std::string ending_without(const std::string& region) {
  return fmt::format("This ends it without region {}. What is there stays as it is, and there is no way back to it.", region);
}

// Which side loses the data depends on who serves, so the question says it.
Result<void> ask_to_finalize(Call& call, Platform& platform, const std::string& without) {
  if (!without.empty())
    return ask_for_consent(call, {.doing = "ending a migration", .question = ending_without(without), .word = call.target().environment, .called = "name"});
  DIVIO_TRY(migration, platform.migration(call.target()));
  const auto& other = migration.serves == migration.to ? migration.from : migration.to;
  const auto& environment = call.target().environment;
  const auto question = migration.service.empty() ? fmt::format("This removes what region {} has of environment '{}', its data too. There is no way back there.", other, environment)
                                                  : fmt::format("This removes what server {} has of service '{}' of environment '{}'. There is no way back there.", other, migration.service, environment);
  return ask_for_consent(call, {.doing = "ending a migration", .question = question, .word = environment, .called = "name"});
}

// Of several, the regions are named with each of them.
Result<void> ask_to_finalize(Call& call, Platform& platform, const MigrationGroup& group, const std::string& without) {
  DIVIO_TRY(migrations, platform.migrations(call.target(), group));
  if (migrations.empty()) return {};
  std::string lost;
  for (const auto& one : migrations)
    lost += fmt::format("{}{}/{} in region {}", lost.empty() ? "" : ", ", one.project, one.environment, one.serves == one.to ? one.from : one.to);
  const auto question = without.empty() ? fmt::format("This removes what there is of {}, the data too. There is no way back there.", lost) : ending_without(without);
  return ask_for_consent(call, {.doing = "ending migrations", .question = question, .word = name_of(group, migrations), .called = "name"});
}

Result<int> carry_out_migrate_finalize(Call& call) {
  const auto request = call.read<MigrateFinalizeRequest>();
  return answer_about_migrations(
      call,
      [&](Platform& platform) -> Result<MigrationView> {
        if (!call.options().yes) DIVIO_CHECK(ask_to_finalize(call, platform, request.without));
        return platform.finalize_migration(call.target(), request, call.operation());
      },
      [&](Platform& platform, const MigrationGroup& group) -> Result<std::vector<MigrationView>> {
        if (!call.options().yes) DIVIO_CHECK(ask_to_finalize(call, platform, group, request.without));
        return platform.finalize_migrations(call.target(), group, request, call.operation());
      });
}

}  // namespace

Command migrate_start_command() {
  return {.name = "migrate start",
          .group = Group::moving,
          .summary = "Move an environment with its data to another region while it serves",
          .description =
              "Moves the release that serves now, with the environment's services and all that they hold. The environment goes on "
              "serving: its data is copied, what is written meanwhile follows, and only in the cut-over, at the end, do requests "
              "wait for a moment. When something is in the way, it stops before anything is changed, says what it is and how to "
              "mend it. Databases and caches follow, and files of media and volumes come over in passes. A service whose image lacks what "
              "following takes is copied in the cut-over, if --allow-pause says that requests may wait for that.\n\n"
              "A cut-over that takes longer than --max-pause is undone by itself, and the old region serves on. After a cut-over "
              "every change goes back to the old region as well, so the way back, migrate reverse, stays open until migrate "
              "finalize.\n\n"
              "With --window it waits, when all is ready, for the next time at which the window is open for as long as --max-pause, "
              "and cuts over then. Ctrl-C ends the waiting, and migrate resume waits again.\n\n"
              "One that was cut short goes on with the same command, or with migrate resume. Until the cut-over migrate abort gives "
              "it up. With --dry-run it does what migrate plan does.\n\n"
              "--application moves every project of a web application as one, --all-environments every environment: each is made "
              "ready, and when all are, they are cut over at the same time. If one of them cannot be moved, nothing is begun.",
          .examples = {{"divioctl migrate start -e live --to ch", "all of it, up to where ch serves"},
                       {"divioctl migrate start -e live --to ch --plan-hash \"$HASH\" --max-pause 1s",
                        "what was planned and nothing else, with one second at most"},
                       {"divioctl migrate start -e live --to ch --hold-cutover --bandwidth 50MB/s",
                        "copy by day without taking the whole line; the cut-over is for the night"},
                       {"divioctl migrate start -e live --to ch --window \"Mon-Fri 01:00-05:00 UTC\"", "cut over in the next of these nights"},
                       {"divioctl migrate start -e live --to ch --now", "one that waits for its window, or was held, at once"},
                       {"divioctl migrate start -e live --to ch --allow-pause --max-pause 60s", "with a cache that is small"},
                       {"divioctl migrate start -e live --to ch --application webshop", "backend and frontend, cut over together"},
                       {"divioctl migrate start --to ch --all-environments", "the project with all that it has"}},
          .fields = {wire::fields_of<MigrateStartRequest>(), wire::fields_of<MigrationGroup>()},
          .plans = true,
          .carry_out = carry_out_migrate_start};
}

Command migrate_rehearse_command() {
  return {.name = "migrate rehearse",
          .group = Group::moving,
          .summary = "Try a move up to its cut-over, which visitors do not notice",
          .description =
              "Brings the environment up in the other region as migrate start does, on a copy of its data that follows what is written, "
              "waits until it is healthy there, and asks it for --path at that region's ingress. The database can only be read there, "
              "so name a page that writes nothing. Then everything that a cut-over needs is tried and timed without one: each region's "
              "ingress asks the other one, the way back is connected, and writes are followed to the other side. No request waits, and "
              "nothing is handed over.\n\n"
              "Afterwards it is given up, and nothing is left of it; with --keep it stays ready for migrate cutover. One that was there "
              "before, begun with --hold-cutover, is rehearsed and stays. Where the application does not come up, what was made stays to "
              "be looked at, until migrate abort. Exit code 1 if the answer is none of success.",
          .examples = {{"divioctl migrate rehearse -e live --to ch", "a day before the move"},
                       {"divioctl migrate rehearse -e live --to ch --path /health/database", "ask for a page that reads from the database"},
                       {"divioctl migrate rehearse -e live --to ch --application webshop", "every project of it, one after the other"},
                       {"divioctl migrate rehearse -e live --to ch --keep", "and leave the cut-over for later"}},
          .fields = {wire::fields_of<MigrateRehearseRequest>(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_rehearse};
}

Command migrate_cutover_command() {
  return {.name = "migrate cutover",
          .group = Group::moving,
          .summary = "Let the new region serve, in a migration that is ready for it",
          .description =
              "For a migration that was begun with --hold-cutover, or whose cut-over was undone. Requests wait until the new region "
              "has everything that was written, and then go on there. If that takes longer than --max-pause it is undone: the old "
              "region serves on, and the cut-over can be tried again. Where the migration has a window it is waited for.\n\n"
              "Where the region that serves is gone for good, be it the old one or, later, the new one, --without names it: the other one "
              "takes over with what had arrived there, and the migration ends. What had not arrived is lost, so it asks for the environment's name; "
              "in scripts --yes says it. A region whose engine answers is not taken over from.",
          .examples = {{"divioctl migrate cutover -e live", "as the migration was begun with"},
                       {"divioctl migrate cutover -e live --max-pause 5s", "with more time, after one that was undone"},
                       {"divioctl migrate cutover -e live --window \"Sat,Sun 23:00-02:00 +02:00\"", "in this window, and from now on no other"},
                       {"divioctl migrate cutover -e live --now", "whatever its window"},
                       {"divioctl migrate cutover -e live --without eu", "the machine of region eu burned down, which served"}},
          .fields = {wire::fields_of<MigrateCutOverRequest>(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_cutover};
}

Command migrate_reverse_command() {
  return {.name = "migrate reverse",
          .group = Group::moving,
          .summary = "Let the other region serve again, with what was written since",
          .description =
              "A cut-over the other way round: nothing that was written since the move is lost. It works as often as it is wanted, "
              "until migrate finalize: once more, and the new region serves again. A cut-over that takes longer than --max-pause is "
              "undone. Of several environments those that are back already stay, until all are.",
          .examples = {{"divioctl migrate reverse -e live", "back to the old region"},
                       {"divioctl migrate reverse -e live --max-pause 5s", "requests may wait for longer"}},
          .fields = {wire::fields_of<MigrateReverseRequest>(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_reverse};
}

Command migrate_abort_command() {
  return {.name = "migrate abort",
          .group = Group::moving,
          .summary = "Give up a migration that is not cut over",
          .description =
              "Removes what was made for it in both regions; the old region serves as before, and loses nothing. One that is cut "
              "over goes back with migrate reverse instead.\n\n"
              "Where the new region is gone for good, --without names it: the old one is cleared of the migration, and what the new "
              "one has stays as it is.",
          .examples = {{"divioctl migrate abort -e live", "after a change of mind"},
                       {"divioctl migrate abort -e live --without ch", "the machine of region ch burned down"},
                       {"divioctl migrate abort -e live --application webshop", "of every project of it"},
                       {"divioctl migrate abort -e live --output json | tail -n 1 | jq -r .phase", "in a script"}},
          .fields = {wire::fields_of<MigrateAbortRequest>(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_abort};
}

Command migrate_resume_command() {
  return {.name = "migrate resume",
          .group = Group::moving,
          .summary = "Go on with a migration that was cut short",
          .description =
              "Looks at what is there and goes on from it, whatever it was that ended the migration: Ctrl-C, a lost connection, a "
              "computer that was switched off. It goes on as it was begun, with the same --max-pause, --hold-cutover and --window. Of "
              "several environments each is made ready first; those that were to be cut over are, at the same time.",
          .examples = {{"divioctl migrate resume -e live", "after it was cut short"},
                       {"divioctl migrate resume -e live --now", "without waiting for its window"},
                       {"divioctl migrate resume -e live --quiet --timeout 2h", "from a timer"}},
          .fields = {wire::fields_of<MigrateResumeRequest>(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_resume};
}

Command migrate_finalize_command() {
  return {.name = "migrate finalize",
          .group = Group::moving,
          .summary = "End a migration: the region that does not serve forgets the environment",
          .description =
              "Removes what the region that does not serve has of the environment, its data too, and what was made for the "
              "migration. There is no way back there afterwards, but for moving it once more. On a terminal the environment's name "
              "has to be typed; scripts say --yes. One that was cut short is ended by the same command.\n\n"
              "Before anything is removed, what both regions hold of each database that follows is compared, while the environment "
              "serves: schema, rows and content of every table. Where they differ, or cannot be compared, nothing is removed. "
              "migrate show keeps the report.\n\nThen a last backup of the environment is made, which is kept for 30 days, or as --keep-backup "
              "says. If it fails nothing is removed. migrate show says which one it is. The old region hands on whoever still comes there "
              "for 30 days, or as --forward says.\n\n"
              "Where the region that does not serve is gone for good, --without names it: nothing is compared, and what it has stays as it is, "
              "also what its ingress does.",
          .examples = {{"divioctl migrate finalize -e live", "asks first"},
                       {"divioctl migrate finalize -e live --yes", "in a script, some days after the move"},
                       {"divioctl migrate finalize -e live --unverified", "the old region does not follow any more, and is not needed"},
                       {"divioctl migrate finalize -e live --without eu", "the machine of region eu burned down"},
                       {"divioctl migrate finalize -e live --keep-backup 90", "have the last backup for longer"}},
          .fields = {wire::fields_of<MigrateFinalizeRequest>(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_finalize};
}

}  // namespace divio::cli
