// When something may begin and has to have ended: on some days of the week, between two times of the day.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/time.hpp"

namespace divio::model {

// In UTC, or at an offset from it that stays the same all year. It opens once a day at most.
struct Window {
  unsigned days = 0b1111111;         // on which it opens; Monday is the lowest bit
  std::chrono::minutes from{0};      // after midnight, below 24 h
  std::chrono::minutes until{1440};  // up to 24 h; not later than `from`: on the next day
  std::chrono::minutes offset{0};    // east of UTC

  [[nodiscard]] std::chrono::minutes length() const;
  friend bool operator==(const Window&, const Window&) = default;
};

// Reads "Mon 01:00-05:00 UTC", "Mon-Fri 01:00-05:00 +02:00", "Sat,Sun 23:00-02:00 UTC", and "01:00-05:00 UTC" for every day.
[[nodiscard]] Result<Window> parse_window(std::string_view text);

// A text that reads back as the same.
[[nodiscard]] std::string to_string(const Window& window);

struct Opening {
  TimePoint from;
  TimePoint until;
};

// The first opening in which something that takes `needed` can begin at `time` or later, and end. It may be open already.
// invalid where the window is too short for it.
[[nodiscard]] Result<Opening> next_opening(const Window& window, TimePoint time, std::chrono::milliseconds needed);

}  // namespace divio::model
