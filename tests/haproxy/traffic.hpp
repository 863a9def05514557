// Visitors who keep asking while something changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace divio::tests {

// From construction to stop(), as many threads ask for "/" of a host, half of them on connections they keep.
class Traffic {
 public:
  Traffic(std::uint16_t port, std::string host, int visitors);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  void stop();
  [[nodiscard]] int answered() const { return answered_; }
  // What came instead of 200, one line each, with refused and broken connections.
  [[nodiscard]] std::vector<std::string> failures() const;

 private:
  void visit(bool keep);
  void note(const std::string& answer);

  std::uint16_t port_;
  std::string host_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> answered_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> failures_;
  std::vector<std::jthread> threads_;
};

// Waits for so many answers more. A machine may be slow at them; that none comes for a minute fails the test.
void await_answered(const Traffic& traffic, int further);

}  // namespace divio::tests
