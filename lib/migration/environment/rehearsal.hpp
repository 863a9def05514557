// A cut-over that is tried without one: nothing waits and nothing is handed over.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "divio/migrations.hpp"
#include "migration/environment/sides.hpp"

namespace divio::migration::environment {

struct Smoke {
  int status = 0;
  std::chrono::milliseconds took{0};
};

// Asks the application in the target region for `path`, at that region's ingress. Any status is an answer.
//   unreachable  that ingress does not answer here
[[nodiscard]] Result<Smoke> ask_target(TwoRegions& regions, const std::string& path, const std::stop_token& stop);

// How long what is written in the region that serves takes until it is in the other one: the median of some markers.
[[nodiscard]] Result<std::chrono::duration<double, std::milli>> way_of_a_write(MovingDatabase& database, postgres::Direction direction, ports::Clock& clock);

}  // namespace divio::migration::environment
