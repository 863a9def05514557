// How quickly something goes on, from how far it was seen to be in the last seconds. Pure: time is what it is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace divio {

struct Pace {
  std::optional<std::uint64_t> per_second = {};  // absent: not known yet; 0: it has not moved for a while
  std::optional<double> seconds_to_go = {};      // absent: not known

  [[nodiscard]] bool is_stalled() const { return per_second == 0U; }
};

class PaceMeter {
 public:
  // How far it is, at a time in seconds that never goes back. What is less far than before has begun again.
  void see(double at, std::uint64_t done);

  // As of `now`, which is no earlier than what was seen last. `total`: 0 where it is unknown; it may grow. Nothing is said of what is at its
  // total, or beyond.
  [[nodiscard]] Pace pace(double now, std::uint64_t total) const;

 private:
  struct Seen {
    double at = 0;
    std::uint64_t done = 0;
  };
  std::deque<Seen> seen_;  // the first one was the newest when the window began, or is the first of all
};

// For people, as roughly as it is known: "a few seconds", "about 40 s", "about 4 min", "about 2 h 10 min", "about 3 days".
[[nodiscard]] std::string about_seconds(double seconds);

// Of bytes: "48 MiB/s, about 4 min to go", "48 MiB/s", "stalled"; empty where nothing is known.
[[nodiscard]] std::string pace_text(const Pace& pace);

}  // namespace divio
