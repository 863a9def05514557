// Histories of migrations, each told by a number: who writes, who carries the cut-over out, what is lost, late or dead, and when.
// What carries it out is the code that is meant for it, migration::carry_out_attempt().
#pragma once

#include <string>
#include <vector>

#include "migration/cut_over_acts.hpp"

namespace divio::migration::testing {

struct Told {
  std::string broken_promise;  // empty: none
  int acknowledged = 0;
  int attempts = 0;
  int deaths = 0;  // of whoever carried it out
  bool went_back = false;
};

enum class Weather {
  calm,     // nothing goes wrong: the first attempt has to succeed
  stormy,   // for a while; then everything is mended, and somebody goes on with what was begun
};

// Lives through the history of that number. The same number and arguments always tell the same.
[[nodiscard]] Told live_through(unsigned long long number, Weather weather, Flaw flaw = Flaw::none);

}  // namespace divio::migration::testing
