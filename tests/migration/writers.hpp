// Clients that write all the time, each write with a number of its own, and know which were acknowledged. What a write is, and how
// one knows, is the derived class's.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace divio::test {

class Writing {
 public:
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  // Whoever writes goes to the source until told that the target is the one.
  void go_to_target() { at_target_ = true; }
  void go_to_source() { at_target_ = false; }

  // However slow the machine is, until some more have been acknowledged.
  void await_more();

  // The longest time between two acknowledged writes of any of them, so far, in milliseconds.
  [[nodiscard]] double longest_gap() const { return static_cast<double>(gap_) / 1000; }
  [[nodiscard]] int acknowledged() const { return count_; }

 protected:
  // Whether write `number` was acknowledged, at the target or at the source. One thread at a time.
  using Write = std::function<bool(bool at_target, int number)>;

  Writing() = default;
  ~Writing() = default;

  // `connect` is called by each writer's thread, with the writer's number. A write that was refused was not done: it is tried again,
  // where it belongs by then. A derived class stops in its destructor.
  void begin(int count, const std::function<Write(int writer)>& connect);
  // Ends them; the numbers that were acknowledged to each, in order.
  std::vector<std::vector<int>> end();

 private:
  void write(const Write& one, std::vector<int>& acknowledged);
  void note_time();

  std::atomic<bool> at_target_ = false;
  std::atomic<bool> stop_ = false;
  std::atomic<long long> last_ = 0;  // microseconds
  std::atomic<long long> gap_ = 0;
  std::atomic<int> count_ = 0;
  std::function<Write(int writer)> connect_;
  std::vector<std::vector<int>> acknowledged_;
  std::vector<std::jthread> threads_;
};

}  // namespace divio::test
