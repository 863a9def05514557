// So many bytes a second and no more.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <utility>

#include "ports/clock.hpp"

namespace divio::ports {

// Of one transfer, which begins when this is made. Keeps a reference to the clock.
class Bandwidth {
 public:
  // 0 bytes a second: as many as there is room for. `stop` ends waiting.
  Bandwidth(Clock& clock, std::uint64_t bytes_per_second, std::stop_token stop)
      : clock_(clock), bytes_per_second_(bytes_per_second), stop_(std::move(stop)), began_(clock.now()) {}

  // Waits as long as so many bytes, those that have been sent since the beginning, should have taken.
  void keep(std::uint64_t bytes) const {
    if (bytes_per_second_ == 0) return;
    using namespace std::chrono;
    const auto due = began_ + duration_cast<milliseconds>(duration<double>(static_cast<double>(bytes) / static_cast<double>(bytes_per_second_)));
    const auto now = clock_.now();
    if (due > now) (void)clock_.sleep(duration_cast<milliseconds>(due - now), stop_);
  }

 private:
  Clock& clock_;
  std::uint64_t bytes_per_second_;
  std::stop_token stop_;
  model::TimePoint began_;
};

}  // namespace divio::ports
