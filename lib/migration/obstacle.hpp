// What is in the way of a service's move.
#pragma once

#include <string>

namespace divio::migration {

// Without `stops` it moves, but people should know.
struct Obstacle {
  bool stops = true;
  std::string what;     // a sentence that names the thing
  std::string way_out;  // what can be done about it

  friend bool operator==(const Obstacle&, const Obstacle&) = default;
};

}  // namespace divio::migration
