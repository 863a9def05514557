#include "media/objects.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "support/try.hpp"

namespace divio::media {
namespace {

std::int64_t nanoseconds_of(model::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

Result<Times> remembered(const Bucket& bucket) {
  std::string text;
  const auto read = bucket.storage->get(std::string(times_key), {}, [&](std::string_view bytes) -> Result<void> {
    text += bytes;
    return {};
  }, bucket.stop);
  // Somebody replaces it just now, or there is none.
  if (!read && (read.error().code == ErrorCode::not_found || read.error().code == ErrorCode::conflict)) return Times{};
  if (!read) return Failure(read.error());
  return read_times(text);
}

struct Found {
  MediaFile file;
  std::string tag;
};

// Sorts an object in: media, divioctl's own, or left out.
void take(ports::ObjectInfo object, Objects& objects, std::vector<Found>& found) {
  if (is_own(object.key)) {
    objects.own.push_back(std::move(object));
  } else if (check_path(object.key) && ports::check_key(object.key)) {
    found.push_back({{object.key, object.bytes, nanoseconds_of(object.modified_at)}, std::move(object.tag)});
  } else if (!object.key.ends_with('/') || object.bytes > 0) {  // else it stands for a folder, as web consoles make them
    objects.listing.left_out.push_back(std::move(object.key));
  }
}

}  // namespace

bool is_own(std::string_view key) {
  return key.starts_with(draft_prefix) || key.find("/" + std::string(draft_prefix)) != std::string_view::npos;
}

const std::string* Objects::tag_at(std::string_view path) const {
  const auto found = std::ranges::lower_bound(listing.files, path, {}, [](const MediaFile& file) { return std::string_view(file.path); });
  if (found == listing.files.end() || found->path != path) return nullptr;
  return &tags[static_cast<std::size_t>(found - listing.files.begin())];
}

std::string Objects::tag_of(const MediaFile& file) const {
  const auto* tag = tag_at(file.path);
  const bool same_size = tag != nullptr && listing.files[static_cast<std::size_t>(tag - tags.data())].bytes == file.bytes;
  return same_size ? *tag : std::string();
}

Result<Objects> list_stored(const Bucket& bucket) {
  Objects objects;
  std::vector<Found> found;
  std::string from;
  do {
    if (bucket.stop.stop_requested()) return fail(ErrorCode::cancelled, "listing the files was cancelled");
    DIVIO_TRY(page, bucket.storage->list("", from, most_in_a_page));
    for (auto& object : page.objects) take(std::move(object), objects, found);
    from = std::move(page.next);
  } while (!from.empty());
  std::ranges::sort(found, {}, [](const Found& one) -> const std::string& { return one.file.path; });
  for (auto& one : found) {
    objects.listing.files.push_back(std::move(one.file));
    objects.tags.push_back(std::move(one.tag));
  }
  return objects;
}

Result<Objects> list_objects(const Bucket& bucket) {
  DIVIO_TRY(objects, list_stored(bucket));
  if (std::ranges::find(objects.own, times_key, &ports::ObjectInfo::key) == objects.own.end()) return objects;
  DIVIO_ASSIGN(objects.times, remembered(bucket));
  for (std::size_t i = 0; i < objects.tags.size(); ++i) {
    auto& file = objects.listing.files[i];
    const auto time = objects.times.find(file.path);
    const bool same = time != objects.times.end() && time->second.tag == objects.tags[i] && time->second.bytes == file.bytes;
    if (same) file.changed_ns = time->second.changed_ns;
  }
  return objects;
}

Result<Objects> look_into(const Bucket& bucket) {
  DIVIO_TRY(objects, list_objects(bucket));
  const bool unfinished = std::ranges::any_of(objects.own, [](const auto& one) { return one.key.starts_with(ready_prefix); });
  if (!unfinished) return objects;
  DIVIO_CHECK(finish_archives(bucket, objects));
  return list_objects(bucket);
}

Result<void> remember(const Bucket& bucket, const Objects& seen, const Times& stored, const std::vector<std::string>& removed) {
  DIVIO_TRY(times, remembered(bucket));
  for (const auto& [path, time] : seen.times) {
    const auto tag = seen.tag_of({path, time.bytes, 0});
    if (const auto now = times.find(path); now != times.end() && now->second == time && tag != time.tag) times.erase(now);
  }
  for (const auto& path : removed) times.erase(path);
  for (const auto& [path, time] : stored) times.insert_or_assign(path, time);
  const auto text = write_times(times);
  DIVIO_TRY(ignored, bucket.storage->put(std::string(times_key), [&](const ports::ByteSink& sink) { return sink(text); }, bucket.stop));
  return {};
}

}  // namespace divio::media
