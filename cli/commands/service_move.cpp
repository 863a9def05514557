// Moving a service within its region: service move, service upgrade.
#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/read_secret.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

// The exit code is that of a refusal where something is in the way.
Result<int> answer_plan(Call& call, Result<MigrationPlanView> plan) {
  DIVIO_CHECK(plan);
  call.answer(*plan);
  return plan->possible ? 0 : exit_code(ErrorCode::refused);
}

Result<int> carry_out_service_move(Call& call) {
  auto request = call.read<ServiceMoveRequest>();
  if (!request.s3.access_key.empty()) {
    DIVIO_ASSIGN(request.s3.secret_key, read_secret(call, "Secret key"));
  }
  DIVIO_TRY(platform, call.platform());
  if (call.options().dry_run) return answer_plan(call, platform->plan_service_move(call.target(), request));
  DIVIO_TRY(moved, platform->move_service(call.target(), request, call.read<HandOverOptions>(), call.operation()));
  return call.answer(moved);
}

Result<int> carry_out_service_upgrade(Call& call) {
  const auto request = call.read<ServiceUpgradeRequest>();
  DIVIO_TRY(platform, call.platform());
  if (call.options().dry_run) return answer_plan(call, platform->plan_service_upgrade(call.target(), request));
  DIVIO_TRY(upgraded, platform->upgrade_service(call.target(), request, call.read<HandOverOptions>(), call.operation()));
  return call.answer(upgraded);
}

}  // namespace

Command service_move_command() {
  return {.name = "service move",
          .group = Group::services,
          .summary = "Move a database to another server, or media into a bucket, while it serves",
          .description =
              "Copies it to the other server, follows what is written meanwhile, brings the application up beside itself on the copy until "
              "it is healthy there, and hands over: requests wait for a moment, and none fails. What is written then goes back to the "
              "old server as well, so migrate reverse leads back without losing anything, until migrate finalize removes what the old "
              "server has. Until then nothing is deployed, and services stay as they are.\n\n"
              "A cut-over that takes longer than --max-pause is undone by itself. One that was cut short goes on with the same command, or "
              "with migrate resume; before the cut-over migrate abort gives it up. migrate show says how far it is. With --dry-run it "
              "says what would be done, and what is in the way.\n\n"
              "Media move into a bucket of an S3 storage with --to s3, from another bucket or from their volume: the files are copied while "
              "the application goes on uploading, and what is new is brought over until little is left for the pause. The bucket is said as "
              "with service add, its secret key is read from standard input, or asked for on a terminal. Buckets stay with all that is in "
              "them, whatever becomes of the move; a volume goes with migrate finalize, after a last backup.\n\n"
              "Afterwards say in divio.yaml what the service is, too: a deployment is refused where the two differ.",
          .examples = {{"divioctl service move default -e live --to dedicated --dry-run", "what it would come to"},
                       {"divioctl service move default -e live --to dedicated", "a server of its own for a project that has grown"},
                       {"divioctl service move default -e live --to shared --hold-cutover", "back; migrate cutover chooses the moment"},
                       {"divioctl service move media -e live --to s3 --s3-endpoint https://s3.example.ch --s3-bucket shop-live --access-key AKIAEXAMPLE <secret-key.txt",
                        "uploads to another provider, or from a volume"},
                       {"divioctl migrate reverse -e live", "to where it was, with all that was written since"}},
          .fields = {wire::fields_of<ServiceMoveRequest>(), wire::fields_of<HandOverOptions>()},
          .plans = true,
          .carry_out = carry_out_service_move};
}

Command service_upgrade_command() {
  return {.name = "service upgrade",
          .group = Group::services,
          .summary = "Move a database to a server of another version while it serves",
          .description =
              "As service move does, to a server of another major version. The application is brought up on a copy in the new version, "
              "and is healthy there, before anything depends on it; and migrate reverse leads back to the old version with all that was "
              "written since, until migrate finalize.\n\n"
              "PostgreSQL follows from the older version to the newer one and back. MariaDB and Redis are copied while requests wait, if "
              "--allow-pause says that they may. Where a version is not there, those that are there are told.",
          .examples = {{"divioctl service upgrade default -e test --to 16", "try it where it does no harm"},
                       {"divioctl service upgrade default -e live --to 16 --window \"Sun 02:00-04:00 UTC\"", "cut over at night"},
                       {"divioctl service upgrade records -e live --to 11.4 --allow-pause --max-pause 60s", "a MariaDB, whose data is copied in the pause"}},
          .fields = {wire::fields_of<ServiceUpgradeRequest>(), wire::fields_of<HandOverOptions>()},
          .plans = true,
          .carry_out = carry_out_service_upgrade};
}

}  // namespace divio::cli
