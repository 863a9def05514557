// Media files of an environment: media list, push, pull.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

using Sync = Result<MediaSyncView> (Platform::*)(const Target&, const MediaSyncRequest&, const CallOptions&);

Result<int> carry_out_media_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(media, platform->media_files(call.target(), call.read<MediaListRequest>(), call.stop()));
  return call.answer(media);
}

// What would be removed has to be known before anybody can consent to it.
Result<void> ask_to_remove(Call& call, Platform& platform, const MediaSyncRequest& request, Sync sync) {
  if (!request.remove || call.options().yes || call.options().dry_run) return {};
  CallOptions look;
  look.stop = call.stop();
  look.dry_run = true;
  DIVIO_TRY(planned, (platform.*sync)(call.target(), request, look));
  if (planned.removed_files == 0) return {};
  const auto& environment = call.target().environment;
  const auto media = fmt::format("service {} of {}", planned.service, environment);
  const bool up = sync == &Platform::push_media;
  const auto question = fmt::format("This removes {} files of {} that are not in {}.", planned.removed_files,
                                    up ? media : request.folder, up ? request.folder : media);
  return ask_for_consent(call, {.doing = "removing files", .question = question, .word = environment, .called = "environment"});
}

Result<int> carry_out_media(Call& call, Sync sync) {
  const auto request = call.read<MediaSyncRequest>();
  DIVIO_TRY(platform, call.platform());
  DIVIO_CHECK(ask_to_remove(call, *platform, request, sync));
  DIVIO_TRY(done, (platform->*sync)(call.target(), request, call.operation()));
  return call.answer(done);
}

Result<int> carry_out_media_push(Call& call) { return carry_out_media(call, &Platform::push_media); }
Result<int> carry_out_media_pull(Call& call) { return carry_out_media(call, &Platform::pull_media); }

}  // namespace

Command media_list_command() {
  return {.name = "media list",
          .group = Group::services,
          .summary = "List an environment's media files",
          .description = "Lists the files with their sizes and times of change, by path.",
          .examples = {{"divioctl media list -e live", "all of them"}},
          .fields = {wire::fields_of<MediaListRequest>()},
          .carry_out = carry_out_media_list};
}

Command media_push_command() {
  return {.name = "media push",
          .group = Group::services,
          .summary = "Copy a folder's files into an environment's media",
          .description =
              "Copies what is new or different by size or time of change, several files at once, while the environment serves. "
              "Nobody reads half of a file. Files that only the environment has stay, unless --delete is said, which asks first; "
              "scripts say --yes. One that was cut short is gone on with by the same command; what was copied is not copied again.",
          .examples = {{"divioctl media push -e test ./media", "what is new or different"},
                       {"divioctl media push -e test ./media --delete --dry-run", "what would be copied and removed"}},
          .fields = {wire::fields_of<MediaSyncRequest>()},
          .plans = true,
          .carry_out = carry_out_media_push};
}

Command media_pull_command() {
  return {.name = "media pull",
          .group = Group::services,
          .summary = "Copy an environment's media into a folder",
          .description =
              "Copies what is new or different by size or time of change, several files at once. The folder is made if it is not "
              "there. Files that only the folder has stay, unless --delete is said, which asks first; scripts say --yes. One that "
              "was cut short is gone on with by the same command.",
          .examples = {{"divioctl media pull -e live ./media", "what is new or different"},
                       {"divioctl media pull -e live ./media --delete --yes", "the folder is then as live is"}},
          .fields = {wire::fields_of<MediaSyncRequest>()},
          .plans = true,
          .carry_out = carry_out_media_pull};
}

}  // namespace divio::cli
