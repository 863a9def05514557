// Many small things, a few at a time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

#include "divio/result.hpp"

namespace divio::media {

// Enough to hide the way to a storage that is far away, and few enough for one that is small.
inline constexpr std::size_t requests_at_once = 8;

// Calls `act` with each number below `count`, on several threads. After a failure no more are begun; it is the result.
[[nodiscard]] Result<void> at_once(std::size_t count, const std::stop_token& stop, const std::function<Result<void>(std::size_t)>& act);

// Memory that several threads share: each waits until there is room for what it is about to hold.
class SharedRoom {
 public:
  explicit SharedRoom(std::uint64_t bytes) : free_(bytes), whole_(bytes) {}

  class Taken {
   public:
    Taken(SharedRoom& room, std::uint64_t bytes) : room_(room), bytes_(bytes) {}
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    ~Taken() { room_.give(bytes_); }

   private:
    SharedRoom& room_;
    std::uint64_t bytes_;
  };

  // More than there is means all of it.
  [[nodiscard]] Taken take(std::uint64_t bytes);

 private:
  void give(std::uint64_t bytes);
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t free_;
  std::uint64_t whole_;
};

// Memory for files on their way into a storage: one of up to 8 MiB is in memory while it is sent, of a larger one as much as all
// of this; bytes of a request cost some too.
class UploadRoom {
 public:
  // For a file of so many bytes.
  [[nodiscard]] SharedRoom::Taken take(std::uint64_t bytes);

 private:
  static constexpr std::uint64_t for_all = std::uint64_t{24} << 20;
  SharedRoom room_{for_all};
};

}  // namespace divio::media
