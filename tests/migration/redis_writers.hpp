// Clients that write to Redis all the time, each write with a number of its own, and know which were acknowledged.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "migration/redis_sides.hpp"

namespace divio::test {

class RedisWriters {
 public:
  // Into lists "w0", "w1" and on of the source, until told that the target is the one.
  RedisWriters(RedisMove& move, int count);
  ~RedisWriters();
  RedisWriters(const RedisWriters&) = delete;
  RedisWriters& operator=(const RedisWriters&) = delete;

  void go_to_target() { at_target_ = true; }
  void go_to_source() { at_target_ = false; }

  // However slow the machine is, until some more have been acknowledged.
  void await_more();
  // Ends them; the numbers that were acknowledged to each, in order, in lines.
  std::vector<std::string> stop();

  // The longest time between two acknowledged writes of any of them, so far, in milliseconds.
  [[nodiscard]] double longest_gap() const { return static_cast<double>(gap_) / 1000; }
  [[nodiscard]] int acknowledged() const { return count_; }

 private:
  void write(RedisMove& move, int writer, std::string& acknowledged);
  void note_time();

  std::atomic<bool> at_target_ = false;
  std::atomic<bool> stop_ = false;
  std::atomic<long long> last_ = 0;  // microseconds
  std::atomic<long long> gap_ = 0;
  std::atomic<int> count_ = 0;
  std::vector<std::string> texts_;
  std::vector<std::jthread> threads_;
};

}  // namespace divio::test
