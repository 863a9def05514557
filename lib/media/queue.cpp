#include <fmt/format.h>

#include <algorithm>

#include "media/file_time.hpp"
#include "media/transfer.hpp"
#include "support/ids.hpp"

namespace divio::media {
namespace {

constexpr std::size_t few = 16;
constexpr std::uint64_t worth_telling_bytes = std::uint64_t{1} << 20;
constexpr std::uint64_t worth_telling_files = 200;

}  // namespace

std::span<const MediaFile> Queue::next() {
  const std::lock_guard lock(mutex_);
  if (failed_ || next_ == files_.size()) return {};
  const auto all = std::span(files_);
  // Large ones one by one, so that they are spread.
  const auto count = all[next_].bytes > largest_small_file ? std::size_t{1} : std::min(few, all.size() - next_);
  const auto taken = all.subspan(next_, count);
  next_ += count;
  return taken;
}

void Queue::add_bytes(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ += bytes;
  if (bytes_ - told_bytes_ >= worth_telling_bytes) tell();
}

void Queue::add_file() {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (done_ - told_files_ >= worth_telling_files) tell();
}

void Queue::skip(const std::string& path) {
  const std::lock_guard lock(mutex_);
  skipped_.push_back(path);
}

void Queue::tell() {
  told_bytes_ = bytes_;
  told_files_ = done_;
  if (moved_) moved_(done_, bytes_);
}

std::string time_words(std::int64_t ns) {
  const auto time = file_time(ns);
  return fmt::format("{} {}", time.seconds, time.nanos);
}

std::string draft_key(const MediaFile& file) {
  constexpr std::size_t digits = 32;
  const auto whole = file.path + '\0' + std::to_string(file.bytes) + '\0' + std::to_string(file.changed_ns);
  return sha256_hex(whole).substr(0, digits);
}

}  // namespace divio::media
