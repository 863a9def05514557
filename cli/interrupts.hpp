// Ctrl-C and SIGTERM: the first one asks for an orderly stop, the second one leaves at once with exit code 8.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace divio::cli {

// Watches for as long as it lives. Children that are started meanwhile get the signals' defaults back. One at a time.
class Interrupts {
 public:
  // `first` is called on a thread of its own, before the stop is requested.
  explicit Interrupts(std::function<void()> first);
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  // As if the first signal had come, without calling `first`.
  void request_stop() { stop_.request_stop(); }

 private:
  void watch();

  std::function<void()> first_;
  std::stop_source stop_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

// Writing to a pipe that nobody reads gives an error instead of ending the process.
void outlive_closed_pipes();

}  // namespace divio::cli
