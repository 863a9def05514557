// Media files of environments: from a public request to the volume or bucket that they are in.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "controller/media_data.hpp"
#include "controller/outcome.hpp"
#include "media/place.hpp"
#include "media/sync.hpp"
#include "model/full_disk.hpp"
#include "platform/within.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

constexpr std::size_t most_paths = 5;

// A media service that is meant, and its files.
struct OpenMedia {
  controller::Runtime* runtime = nullptr;
  model::ServiceInstance instance;
  media::Place place;
};

Result<OpenMedia> open_media(PlatformParts& parts, const Target& target, const std::string& service, std::stop_token stop) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(runtime, runtime_of(parts, key));
  DIVIO_CHECK(controller::need_environment(*runtime, key));
  DIVIO_TRY(known, parts.store->services().services(key));
  DIVIO_TRY(instance, controller::with_media(known, key, service));
  DIVIO_TRY(place, controller::media_place(*runtime, instance, std::move(stop)));
  return OpenMedia{runtime, std::move(instance), std::move(place)};
}

model::TimePoint time_of(std::int64_t nanoseconds) {
  return model::TimePoint(std::chrono::floor<std::chrono::milliseconds>(std::chrono::nanoseconds(nanoseconds)));
}

std::vector<std::string> printed(const std::vector<std::string>& paths) {
  std::vector<std::string> texts;
  for (const auto& path : paths) texts.push_back(media::printable(path));
  return texts;
}

std::string first_paths(const std::vector<std::string>& paths) {
  auto texts = printed({paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(std::min(paths.size(), most_paths))});
  if (paths.size() > most_paths) texts.emplace_back("...");
  return join(texts, ", ");
}

// Tells what a transfer does as one step, and what was not copied as warnings.
class Telling {
 public:
  Telling(std::string step, std::string description, const CallOptions& options, ports::Clock& clock)
      : step_(std::move(step)), options_(options), clock_(clock), began_(clock.now()) {
    if (!options_.dry_run) tell(StepBegan{step_, std::move(description)});
  }

  media::SyncOptions sync_options(bool remove) {
    return {.remove = remove,
            .dry_run = options_.dry_run,
            .planned = [this](const media::SyncPlan& plan) { total_ = plan.bytes; },
            .moved = [this](std::uint64_t, std::uint64_t bytes) { tell(StepMoved{step_, bytes, total_, "bytes"}); }};
  }

  void end(const Result<media::Synced>& done) {
    const std::chrono::duration<double> took = clock_.now() - began_;
    if (!options_.dry_run) tell(StepEnded{step_, took.count(), done ? std::nullopt : std::optional(done.error()), done ? note(*done) : ""});
    if (!done) return;
    if (!done->left_out.empty())
      warn(fmt::format("links, special files and names that the other side cannot keep are left out ({}): {}", done->left_out.size(), first_paths(done->left_out)));
    if (!done->skipped.empty())
      warn(fmt::format("left out, since they changed or went while they were read ({}): {}; the same command takes them",
                       done->skipped.size(), first_paths(done->skipped)));
  }

 private:
  static std::string note(const media::Synced& done) { return fmt::format("{} files, {}", done.files, human_bytes(done.bytes)); }
  void warn(std::string text) { tell(Notice{Notice::Level::warning, std::move(text)}); }
  void tell(const Event& event) {
    if (options_.listener) options_.listener(event);
  }

  std::string step_;
  const CallOptions& options_;
  ports::Clock& clock_;
  model::TimePoint began_;
  std::uint64_t total_ = 0;
};

MediaSyncView view_of(const OpenMedia& opened, const MediaSyncRequest& request, const media::Synced& done, bool dry_run) {
  const auto& key = opened.instance.environment;
  MediaSyncView view{.project = key.project.str(),
                     .environment = key.environment.str(),
                     .service = opened.instance.prefix.str(),
                     .folder = request.folder};
  const bool nothing = done.plan.copy.empty() && done.plan.remove.empty();
  view.outcome = dry_run ? "planned" : nothing ? "unchanged" : "changed";
  view.copied_files = dry_run ? done.plan.copy.size() : done.files;
  view.copied_bytes = dry_run ? done.plan.bytes : done.bytes;
  view.removed_files = done.plan.remove.size();
  view.unchanged_files = done.plan.unchanged;
  view.left_out = printed(done.left_out);
  view.skipped = printed(done.skipped);
  if (!dry_run) return view;
  for (const auto& file : done.plan.copy) view.copy.push_back(media::printable(file.path));
  view.remove = printed(done.plan.remove);
  return view;
}

using Sync = Result<media::Synced> (*)(const media::Place&, const std::filesystem::path&, const media::SyncOptions&);

Result<MediaSyncView> carry_out(const OpenMedia& opened, const MediaSyncRequest& request, const CallOptions& options, Sync sync) {
  const auto place = fmt::format("service {} of {}", opened.instance.prefix.str(), opened.instance.environment.environment.str());
  const bool up = sync == media::push_to;
  Telling telling(fmt::format("{} {}", up ? "push" : "pull", opened.instance.prefix.str()),
                  up ? fmt::format("push {} to {}", request.folder, place) : fmt::format("pull {} into {}", place, request.folder), options,
                  opened.runtime->clock);
  auto done = model::with_disk_of(sync(opened.place, request.folder, telling.sync_options(request.remove)),
                                  "region " + opened.runtime->region.name.str());
  telling.end(done);
  if (!done) return Failure(std::move(done).error());
  return view_of(opened, request, *done, options.dry_run);
}

}  // namespace

Result<MediaListView> Platform::media_files(const Target& target, const MediaListRequest& request, std::stop_token stop) {
  DIVIO_TRY(opened, open_media(*parts_, target, request.service, std::move(stop)));
  DIVIO_TRY(contents, media::list_of(opened.place));
  const auto& key = opened.instance.environment;
  MediaListView view{key.project.str(), key.environment.str(), opened.instance.prefix.str(), {}, 0};
  for (const auto& file : contents.files) {
    view.files.push_back({media::printable(file.path), file.bytes, model::to_rfc3339(time_of(file.changed_ns))});
    view.bytes += file.bytes;
  }
  return view;
}

Result<MediaSyncView> Platform::push_media(const Target& target, const MediaSyncRequest& request, const CallOptions& options) {
  DIVIO_TRY(opened, open_media(*parts_, target, request.service, options.stop));
  return carry_out(opened, request, options, media::push_to);
}

Result<MediaSyncView> Platform::pull_media(const Target& target, const MediaSyncRequest& request, const CallOptions& options) {
  DIVIO_TRY(opened, open_media(*parts_, target, request.service, options.stop));
  return carry_out(opened, request, options, media::pull_from);
}

}  // namespace divio
