// Bytes from one thread to another, with a bound on how many are on their way.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace divio::media {

// One thread writes, one reads.
class BytePipe {
 public:
  explicit BytePipe(std::size_t most) : most_(most) {}

  // False once the reader has gone.
  [[nodiscard]] bool write(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bytes_.size() < most_ || gone_; });
    bytes_ += bytes;
    changed_.notify_all();
    return !gone_;
  }

  // No more comes: `whole` if that was all of it.
  void close(bool whole) {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = whole;
    changed_.notify_all();
  }

  // What has come, nothing at the end.
  [[nodiscard]] std::string read() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !bytes_.empty() || end_; });
    changed_.notify_all();
    return std::exchange(bytes_, {});
  }

  // After the end.
  [[nodiscard]] bool is_whole() {
    const std::lock_guard lock(mutex_);
    return end_.value_or(false);
  }

  void go() {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    changed_.notify_all();
  }

 private:
  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  std::optional<bool> end_;
  bool gone_ = false;
};

}  // namespace divio::media
