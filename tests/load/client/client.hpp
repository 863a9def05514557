// Carries out a run: paces requests over the connections and counts what becomes of them. One thread.
#pragma once

#include <chrono>

#include "load/client/options.hpp"
#include "load/client/tally.hpp"

namespace divio::load {

struct Run {
  Tally tally;
  Clock::duration ran{};
};

// Runs until options.seconds have passed, options.requests are sent, or `stop` (a descriptor) becomes readable; then requests under way are still
// waited for, up to the timeout. Each request goes out at its time (one every 1/rate seconds) on the connection that has
// rested longest; with none free it waits, and when it is a second late it is counted as missed instead of sent.
Run run(const Options& options, int stop);

}  // namespace divio::load
