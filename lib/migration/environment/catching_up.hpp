// Before requests wait: they would have to wait for all that has not arrived yet, which after hours of writes, or after the other
// region was away, may take minutes.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "divio/result.hpp"
#include "ports/clock.hpp"

namespace divio::migration::environment {

// What is on its way to the other side.
struct Backlog {
  std::function<Result<void>()> begin;    // from now on the next one is about what has been written by now
  std::function<Result<bool>()> arrived;  // asked often
  std::function<Result<bool>()> goes_on;  // asked twice a second: whether anybody brings it. May tell how far it is
};

// Until what is written arrives at once, and so has everything before it; or until it arrives no sooner than what was written before, or
// nobody brings it: then the attempt finds out whether requests can wait for it. However long that takes; cancelled by `stop`.
[[nodiscard]] Result<void> await_caught_up(const Backlog& backlog, ports::Clock& clock, const std::stop_token& stop);

// The process that brings it, looked at twice a second. One that fails ends, and another one begins after some seconds.
class Bringer {
 public:
  // `process`: its number, 0 where there is none. Whether it gets anywhere.
  [[nodiscard]] bool goes_on(int process);

 private:
  int process_ = 0;
  int changes_ = 0;
  int absent_ = 0;
};

}  // namespace divio::migration::environment
