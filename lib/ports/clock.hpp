// Time, as something that can be faked.
#pragma once

#include <chrono>
#include <stop_token>

#include "model/time.hpp"

namespace divio::ports {

// Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual model::TimePoint now() const = 0;

  // Sleeps for `time` or until `stop` is requested; false if it was.
  virtual bool sleep(std::chrono::milliseconds time, std::stop_token stop) = 0;
};

}  // namespace divio::ports
