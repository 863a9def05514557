#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>

#include "media/at_once.hpp"
#include "media/begun_sync.hpp"
#include "media/content_type.hpp"
#include "media/draft.hpp"
#include "media/file_time.hpp"
#include "media/objects.hpp"
#include "media/tags.hpp"
#include "media/transfer.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

// Both sides, looked at at once.
struct BucketSides {
  Objects there;
  Listing here;
};

Result<BucketSides> look(const Bucket& bucket, const LocalFolder* folder) {
  auto here = std::async(std::launch::async, [&]() -> Result<Listing> { return folder ? folder->list(bucket.stop) : Listing{}; });
  DIVIO_TRY(there, look_into(bucket));
  DIVIO_TRY(listed, here.get());
  return BucketSides{std::move(there), std::move(listed)};
}

void leave_out_what_is_no_key(Listing& here) {
  for (const auto& file : here.files)
    if (!ports::check_key(file.path)) here.left_out.push_back(file.path);
  std::erase_if(here.files, [](const auto& file) { return !ports::check_key(file.path); });
}

// Takes those out of what would be copied that are the same on both sides by their content, though not by their time.
Result<std::vector<MediaFile>> take_out_same(SyncPlan& plan, const LocalFolder& folder, const BucketSides& sides, const std::stop_token& stop) {
  std::vector<MediaFile> same, different;
  for (auto& file : plan.copy) {
    const auto tag = sides.there.tag_of(file);
    const auto here = std::ranges::lower_bound(sides.here.files, file.path, {}, &MediaFile::path);
    const bool candidate = !tag.empty() && here != sides.here.files.end() && here->path == file.path && here->bytes == file.bytes;
    bool equal = false;
    if (candidate) {
      DIVIO_ASSIGN(equal, has_tag(folder, file, tag, stop));
    }
    if (equal) plan.bytes -= file.bytes;
    (equal ? same : different).push_back(std::move(file));
  }
  plan.copy = std::move(different);
  plan.unchanged += same.size();
  return same;
}

// Files on their way into a bucket, and what is to be remembered of them.
class Uploads {
 public:
  Uploads(const Bucket& bucket, const LocalFolder& folder, Queue& queue) : bucket_(bucket), folder_(folder), queue_(queue) {}

  Result<void> send(const MediaFile& planned) {
    DIVIO_TRY(opened, folder_.read(planned.path));
    bool changed = !opened;
    if (opened) {
      const auto room = memory_.take(opened->seen.bytes);
      auto stored = bucket_.storage->put_with(planned.path, headers_of(planned.path), [&](const auto& sink) { return read(*opened, sink, changed); }, bucket_.stop);
      if (!stored && !changed) return Failure(std::move(stored).error());
      if (stored) keep(opened->seen, stored->tag);
    }
    if (changed) queue_.skip(planned.path);
    else queue_.add_file();
    return {};
  }

  void keep(const MediaFile& file, const std::string& tag) {
    const std::lock_guard lock(mutex_);
    stored_.insert_or_assign(file.path, RememberedTime{tag, file.bytes, file.changed_ns});
  }

  [[nodiscard]] const Times& stored() const { return stored_; }

 private:
  Result<void> read(const OpenFile& file, const ports::ByteSink& sink, bool& changed) {
    std::string buffer(std::min<std::uint64_t>(piece_size, file.seen.bytes + 1), '\0');
    std::uint64_t at = 0;
    while (true) {
      const auto count = ::pread(file.file.get(), buffer.data(), buffer.size(), static_cast<off_t>(at));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return folder_.os_failure("read", file.seen.path, errno);
      if (count == 0) break;
      at += static_cast<std::uint64_t>(count);
      DIVIO_CHECK(sink(std::string_view(buffer).substr(0, static_cast<std::size_t>(count))));
      queue_.add_bytes(static_cast<std::uint64_t>(count));
    }
    changed = at != file.seen.bytes || !LocalFolder::is_unchanged(file);
    return changed ? fail(ErrorCode::conflict, "the file changed while it was read") : Result<void>{};
  }

  const Bucket& bucket_;
  const LocalFolder& folder_;
  Queue& queue_;
  UploadRoom memory_;
  std::mutex mutex_;
  Times stored_;
};

Result<void> receive(const Bucket& bucket, const LocalFolder& folder, Queue& queue, const MediaFile& file) {
  DIVIO_TRY(draft, Draft::begin(folder, file, random_hex(8)));
  const auto got = bucket.storage->get(file.path, {draft.at()}, [&](std::string_view bytes) {
    queue.add_bytes(bytes.size());
    return draft.write(bytes);
  }, bucket.stop);
  const auto code = got ? std::optional<ErrorCode>() : got.error().code;
  const bool became_another = code == ErrorCode::not_found || code == ErrorCode::conflict || code == ErrorCode::invalid;
  if (became_another || (got && draft.at() != file.bytes)) {
    draft.discard();
    queue.skip(file.path);
    return {};
  }
  DIVIO_CHECK(got);
  DIVIO_CHECK(draft.put_in_place(file.changed_ns));
  queue.add_file();
  return {};
}

void set_time(const LocalFolder& folder, const MediaFile& file) {
  const auto times = change_times(file.changed_ns);
  ::utimensat(folder.descriptor(), file.path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
}

void count(Synced& synced, const Queue& queue) {
  synced.files = queue.files();
  synced.bytes = queue.bytes();
  synced.skipped = queue.skipped();
}

Result<void> remove(const Bucket& bucket, const std::vector<std::string>& paths) {
  return at_once(paths.size(), bucket.stop, [&](std::size_t i) { return bucket.storage->remove(paths[i]); });
}

}  // namespace

Result<Synced> push(const Bucket& bucket, const std::filesystem::path& path, const SyncOptions& options) {
  DIVIO_TRY(folder, LocalFolder::open(path, false));
  DIVIO_TRY(sides, look(bucket, &folder));
  leave_out_what_is_no_key(sides.here);
  DIVIO_TRY(plan, plan_sync(sides.here.files, sides.there.listing.files, options.remove));
  DIVIO_TRY(same, take_out_same(plan, folder, sides, bucket.stop));
  auto synced = begin_sync(std::move(plan), std::move(sides.here.left_out), options);
  if (options.dry_run) return synced;
  Queue queue(synced.plan.copy, options.moved);
  Uploads uploads(bucket, folder, queue);
  for (const auto& file : same) uploads.keep(file, sides.there.tag_of(file));
  auto sent = at_once(synced.plan.copy.size(), bucket.stop, [&](std::size_t i) { return uploads.send(synced.plan.copy[i]); });
  if (sent) sent = remove(bucket, synced.plan.remove);
  count(synced, queue);
  if (uploads.stored().empty() && synced.plan.remove.empty()) return sent ? Result<Synced>(std::move(synced)) : Failure(sent.error());
  // Also of what was sent before something failed or was cancelled, so that it is not read again.
  auto whole = bucket;
  whole.stop = {};
  const auto kept = remember(whole, sides.there, uploads.stored(), sent ? synced.plan.remove : std::vector<std::string>{});
  DIVIO_CHECK(sent);
  DIVIO_CHECK(kept);
  return synced;
}

Result<Synced> pull(const Bucket& bucket, const std::filesystem::path& path, const SyncOptions& options) {
  std::error_code unknown;
  std::optional<LocalFolder> folder;
  if (std::filesystem::exists(path, unknown) || !options.dry_run) {
    DIVIO_ASSIGN(folder, LocalFolder::open(path, true));
  }
  DIVIO_TRY(sides, look(bucket, folder ? &*folder : nullptr));
  DIVIO_TRY(plan, plan_sync(sides.there.listing.files, sides.here.files, options.remove));
  std::vector<MediaFile> same;
  if (folder) {
    DIVIO_ASSIGN(same, take_out_same(plan, *folder, sides, bucket.stop));
  }
  auto synced = begin_sync(std::move(plan), std::move(sides.there.listing.left_out), options);
  if (options.dry_run) return synced;
  for (const auto& file : same) set_time(*folder, file);
  if (synced.plan.copy.empty() && synced.plan.remove.empty()) return synced;
  Queue queue(synced.plan.copy, options.moved);
  DIVIO_CHECK(at_once(synced.plan.copy.size(), bucket.stop, [&](std::size_t i) { return receive(bucket, *folder, queue, synced.plan.copy[i]); }));
  count(synced, queue);
  for (const auto& gone : synced.plan.remove) DIVIO_CHECK(folder->remove(gone));
  folder->sweep();
  DIVIO_CHECK(folder->sync());
  return synced;
}

Result<Contents> list(const Bucket& bucket) {
  DIVIO_TRY(objects, look_into(bucket));
  return Contents{std::move(objects.listing.files), std::move(objects.listing.left_out)};
}

}  // namespace divio::media
