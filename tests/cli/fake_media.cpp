// What the fake Platform says of media.
#include "cli/fake_calls.hpp"
#include "divio/platform.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {

using namespace fake;

namespace {

Result<MediaSyncView> synced(const std::string& call, const Target& target, const MediaSyncRequest& request, const CallOptions& options) {
  record(call, target, wire::to_json(request) + (options.dry_run ? " dry" : ""));
  if (auto good = ready(call); !good) return Failure(good.error());
  MediaSyncView view{.project = "shop", .environment = target.environment, .service = "media", .folder = request.folder};
  view.outcome = options.dry_run ? "planned" : "changed";
  view.copied_files = 2;
  view.copied_bytes = 2048;
  view.removed_files = request.remove ? 1 : 0;
  view.unchanged_files = 40;
  if (options.dry_run) {
    view.copy = {"a/new", "b"};
    if (request.remove) view.remove = {"old\\nfile"};
  }
  view.left_out = {"link"};
  view.skipped = {"log"};
  return view;
}

}  // namespace

Result<MediaListView> Platform::media_files(const Target& target, const MediaListRequest& request, std::stop_token) {
  record("media", target, wire::to_json(request));
  return MediaListView{"shop", target.environment, "media", {{"a/b.jpg", 2048, "2026-11-22T20:15:58.123Z"}, {"c", 1, "2026-11-23T20:15:58.123Z"}}, 2049};
}

Result<MediaSyncView> Platform::push_media(const Target& target, const MediaSyncRequest& request, const CallOptions& options) {
  return synced("push_media", target, request, options);
}

Result<MediaSyncView> Platform::pull_media(const Target& target, const MediaSyncRequest& request, const CallOptions& options) {
  return synced("pull_media", target, request, options);
}

}  // namespace divio
