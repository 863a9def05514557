// Files on their way between a folder of this machine and the program in the container, over one conversation.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "media/conversation.hpp"
#include "media/local_folder.hpp"

namespace divio::media {

inline constexpr std::size_t piece_size = std::size_t{256} * 1024;  // what is read at a time

// Larger ones go in pieces, and where they broke off they go on.
inline constexpr std::uint64_t largest_small_file = std::uint64_t{256} * 1024;

// What several conversations share: which files are next, and how far they are.
class Queue {
 public:
  Queue(const std::vector<MediaFile>& files, std::function<void(std::uint64_t files, std::uint64_t bytes)> moved)
      : files_(files), moved_(std::move(moved)) {}

  // The next few files, none at the end or after fail().
  [[nodiscard]] std::span<const MediaFile> next();
  void fail() { failed_ = true; }

  void add_bytes(std::uint64_t bytes);
  void add_file();
  void skip(const std::string& path);  // it has changed, or gone, while it was read

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t files() const { return done_; }
  [[nodiscard]] std::vector<std::string> skipped() const { return skipped_; }

 private:
  void tell();
  const std::vector<MediaFile>& files_;
  std::function<void(std::uint64_t, std::uint64_t)> moved_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t told_bytes_ = 0;
  std::uint64_t told_files_ = 0;
  std::vector<std::string> skipped_;
  std::atomic<bool> failed_ = false;
};

// Files of the queue, one after the other, until there are no more.
[[nodiscard]] Result<void> send_files(const LocalFolder& folder, Conversation& conversation, Queue& queue);
[[nodiscard]] Result<void> receive_files(const LocalFolder& folder, Conversation& conversation, Queue& queue);

// A time of change as the program wants it: "1600000000 123456789"; the second number is never negative.
[[nodiscard]] std::string time_words(std::int64_t ns);

// What a file that is written in several runs is called meanwhile, after draft_prefix: the same for the same path, size
// and time of change.
[[nodiscard]] std::string draft_key(const MediaFile& file);

// How much of a draft with so many bytes surely is on disk: drafts are written to disk each time that many bytes more are in.
inline constexpr std::uint64_t durable_step = std::uint64_t{32} << 20;
[[nodiscard]] constexpr std::uint64_t durable_bytes(std::uint64_t there, std::uint64_t whole) {
  return there == 0 || there > whole ? 0 : (there - 1) / durable_step * durable_step;
}

}  // namespace divio::media
