// Clients that write all the time, each write with a number of its own, and know which were acknowledged.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "migration/postgres_move.hpp"

namespace divio::test {

class Writers {
 public:
  // Into the table `note` of the source, until told that the target is the one.
  Writers(Move& move, int count);
  ~Writers();
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;

  void go_to_target() { at_target_ = true; }
  void go_to_source() { at_target_ = false; }

  // Ends them; the texts of all writes that were acknowledged, in order.
  std::vector<std::string> stop();

  // The longest time between two acknowledged writes of any of them, so far, in milliseconds.
  [[nodiscard]] double longest_gap() const { return static_cast<double>(gap_) / 1000; }
  [[nodiscard]] int acknowledged() const { return count_; }

 private:
  void write(Move& move, int writer, std::vector<std::string>& acknowledged);
  void note_time();

  std::atomic<bool> at_target_ = false;
  std::atomic<bool> stop_ = false;
  std::atomic<long long> last_ = 0;  // microseconds
  std::atomic<long long> gap_ = 0;
  std::atomic<int> count_ = 0;
  std::vector<std::vector<std::string>> texts_;
  std::vector<std::jthread> threads_;
};

}  // namespace divio::test
