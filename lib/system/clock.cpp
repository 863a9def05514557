#include "system/clock.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace divio::system {
namespace {

// Keeps "now + time" within what a clock can count.
constexpr std::chrono::milliseconds longest_sleep = std::chrono::years(10);

class SystemClock final : public ports::Clock {
 public:
  [[nodiscard]] model::TimePoint now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }

  bool sleep(std::chrono::milliseconds time, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, std::min(time, longest_sleep), [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

std::unique_ptr<ports::Clock> make_system_clock() {
  return std::make_unique<SystemClock>();
}

}  // namespace divio::system
