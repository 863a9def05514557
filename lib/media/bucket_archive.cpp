#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <set>

#include "media/at_once.hpp"
#include "media/incoming.hpp"
#include "media/objects.hpp"
#include "media/tar.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::uint64_t largest_ahead = std::uint64_t{256} * 1024;  // smaller ones are read before it is their turn
constexpr std::size_t most_ahead = 16;
constexpr std::chrono::hours abandoned_after{24};

Failure replaced(const std::string& path) {
  return fail(ErrorCode::conflict, fmt::format("{} became another one while it was read", printable(path)), "try again");
}

// nullopt if it is not there any more.
Result<std::optional<std::string>> read_whole(const Bucket& bucket, const std::string& key) {
  std::string bytes;
  const auto read = bucket.storage->get(key, {}, [&](std::string_view more) -> Result<void> {
    bytes += more;
    return {};
  }, bucket.stop);
  if (!read && read.error().code == ErrorCode::not_found) return std::nullopt;
  if (!read) return Failure(read.error());
  return std::optional(std::move(bytes));
}

Result<void> write_large(const Bucket& bucket, const MediaFile& file, const ports::ByteSink& sink) {
  DIVIO_CHECK(sink(tar_header(file)));
  std::uint64_t bytes = 0;
  auto read = bucket.storage->get(file.path, {}, [&](std::string_view more) -> Result<void> {
    bytes += more.size();
    return bytes > file.bytes ? replaced(file.path) : sink(more);
  }, bucket.stop);
  if (!read && read.error().code == ErrorCode::not_found) return replaced(file.path);  // its header is out
  DIVIO_CHECK(read);
  if (bytes != file.bytes) return replaced(file.path);
  return sink(tar::padding(bytes));
}

Result<void> write_small(MediaFile file, std::optional<std::string> bytes, const ports::ByteSink& sink) {
  if (!bytes) return {};
  file.bytes = bytes->size();  // the application may have replaced it since it was listed
  return sink(tar_header(file) + *bytes + tar::padding(bytes->size()));
}

using Ahead = std::future<Result<std::optional<std::string>>>;

Result<void> write_files(const Bucket& bucket, const Manifest& files, const ports::ByteSink& sink) {
  std::deque<Ahead> ahead;
  std::size_t begun = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (; begun < files.size() && ahead.size() < most_ahead && begun < i + most_ahead; ++begun)
      if (files[begun].bytes <= largest_ahead)
        ahead.push_back(std::async(std::launch::async, [&bucket, key = files[begun].path] { return read_whole(bucket, key); }));
    if (files[i].bytes > largest_ahead) {
      DIVIO_CHECK(write_large(bucket, files[i], sink));
      continue;
    }
    DIVIO_TRY(bytes, ahead.front().get());
    ahead.pop_front();
    DIVIO_CHECK(write_small(files[i], std::move(bytes), sink));
  }
  return {};
}

Result<void> remove_all(const Bucket& bucket, const std::vector<std::string>& keys) {
  return at_once(keys.size(), bucket.stop, [&](std::size_t i) { return bucket.storage->remove(keys[i]); });
}

std::vector<std::string> keys_of(const std::string& run, std::size_t count) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back(incoming_key(run, i));
  return keys;
}

// What somebody left who was killed, so long ago that it is not on its way any more.
Result<void> sweep(const Bucket& bucket, const Objects& seen) {
  const auto now = std::chrono::system_clock::now();
  std::vector<std::string> keys;
  for (const auto& object : seen.own)
    if (object.key != times_key && now - object.modified_at > abandoned_after) keys.push_back(object.key);
  return remove_all(bucket, keys);
}

Result<void> put_in(const Bucket& bucket, const Objects& seen, const std::string& run) {
  const auto ready = std::string(ready_prefix) + run;
  DIVIO_TRY(text, read_whole(bucket, ready));
  if (!text) return {};  // somebody else has put it in
  DIVIO_TRY(incoming, read_incoming(*text));
  const auto& files = incoming.files;
  std::vector<std::string> tags(files.size());
  DIVIO_CHECK(at_once(files.size(), bucket.stop, [&](std::size_t i) -> Result<void> {
    auto tag = bucket.storage->copy(incoming_key(run, i), files[i].path, bucket.stop);
    if (!tag && tag.error().code == ErrorCode::not_found) return {};
    if (!tag) return Failure(std::move(tag).error());
    tags[i] = std::move(*tag);
    return {};
  }));
  Times stored;
  std::set<std::string_view> wanted;
  for (std::size_t i = 0; i < files.size(); ++i) {
    wanted.insert(files[i].path);
    if (!tags[i].empty()) stored.insert_or_assign(files[i].path, RememberedTime{tags[i], files[i].bytes, files[i].changed_ns});
  }
  std::vector<std::string> gone;
  if (incoming.existing == Existing::replace)
    for (const auto& file : seen.listing.files)
      if (!wanted.contains(file.path)) gone.push_back(file.path);
  DIVIO_CHECK(remove_all(bucket, gone));
  DIVIO_CHECK(remember(bucket, seen, stored, gone));
  DIVIO_CHECK(bucket.storage->remove(ready));
  return remove_all(bucket, keys_of(run, files.size()));
}

}  // namespace

Result<void> finish_archives(const Bucket& bucket, const Objects& seen) {
  for (const auto& object : seen.own)
    if (object.key.starts_with(ready_prefix)) DIVIO_CHECK(put_in(bucket, seen, object.key.substr(ready_prefix.size())));
  return {};
}

Result<void> write_archive(const Bucket& bucket, const ports::ByteSink& sink) {
  DIVIO_TRY(objects, look_into(bucket));
  DIVIO_CHECK(write_files(bucket, objects.listing.files, sink));
  return sink(tar::end());
}

Result<void> read_archive(const Bucket& bucket, Existing existing, const ports::ArchiveWriter& archive) {
  DIVIO_TRY(before, look_into(bucket));
  DIVIO_CHECK(sweep(bucket, before));
  const auto run = random_hex(8);
  Incoming incoming{existing, {}};
  const auto take = [&]() -> Result<void> {
    IncomingFiles files(bucket, run);
    auto reader = tar_reader(files.receiver());
    auto taken = archive([&](std::string_view bytes) -> Result<void> {
      if (bucket.stop.stop_requested()) return fail(ErrorCode::cancelled, "the transfer of the files was cancelled");
      return reader.add(bytes);
    });
    incoming.files = files.files();
    DIVIO_CHECK(taken);
    DIVIO_CHECK(reader.finish());
    return files.finish();
  };
  const auto ready = std::string(ready_prefix) + run;
  const auto text = [&](const ports::ByteSink& sink) { return sink(write_incoming(incoming)); };
  auto taken = take();
  if (taken)
    if (auto marked = bucket.storage->put(ready, text, bucket.stop); !marked) taken = Failure(marked.error());
  if (!taken) {
    // The answer may have been lost: what is to be put in goes first, then what it is made of.
    auto anyway = bucket;
    anyway.stop = {};
    if (bucket.storage->remove(ready)) (void)remove_all(anyway, keys_of(run, incoming.files.size()));
    return taken;
  }
  DIVIO_TRY(now, list_objects(bucket));
  return put_in(bucket, now, run);
}

}  // namespace divio::media
