// A bounded queue of bytes between two threads: one writes and is held up when it is too far ahead, one reads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::system {

class BytePipe {
 public:
  explicit BytePipe(std::size_t capacity = std::size_t{256} * 1024) : capacity_(capacity) {}

  // Writing side. Blocks while the pipe is full; cancelled once the reading side has gone.
  [[nodiscard]] Result<void> write(std::string_view bytes);
  // No more will be written; with an error, the reading side gets that error after what was written.
  void close_writing(Result<void> outcome);

  // Reading side. Copies at most `size` bytes, at least one, blocking until there are some; 0 at the end. Cancelled
  // when `stop` is requested.
  [[nodiscard]] Result<std::size_t> read(char* place, std::size_t size, const std::stop_token& stop);
  // Nothing more will be read: writes fail from now on.
  void close_reading();

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string bytes_;
  std::size_t begin_ = 0;  // first unread byte of bytes_
  std::size_t capacity_;
  bool writing_ = true;
  bool reading_ = true;
  Result<void> outcome_;
};

}  // namespace divio::system
