// Carries one attempt of a cut-over out, from wherever it is to its end (planning/cut_over.hpp has the decisions).
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <vector>

#include "divio/result.hpp"
#include "planning/cut_over.hpp"
#include "ports/clock.hpp"

namespace divio::migration {

// The two sides of one attempt, as they are reached. One thread at a time.
class Sides {
 public:
  virtual ~Sides() = default;

  [[nodiscard]] virtual Result<planning::SeenCutOver> look() = 0;

  // The word that stands, alone: what it costs to know it is part of the pause.
  [[nodiscard]] virtual Result<planning::Decision> decision() = 0;

  // Carries these out side by side and waits until all are done, or until `stop`; what they have done then is what they
  // promise, or one of them fails. A conflict: what a step acts on knows that the attempt is over. Each can be called again.
  // commit and abort succeed as well where the other one was decided before.
  [[nodiscard]] virtual Result<void> act(const std::vector<planning::CutOverStep>& steps, std::stop_token stop) = 0;
};

struct AttemptLimits {
  std::chrono::milliseconds pause{2000};    // for which requests may wait; then it is undone
  std::chrono::milliseconds patience{60'000};  // how long what is decided is tried to be carried out, without any success
};

struct AttemptEnded {
  planning::Decision decision = planning::Decision::none;  // committed or aborted; none: it was not begun
  std::optional<model::TimePoint> held_at = {};  // when requests began to wait, as far as this call knows
  std::chrono::milliseconds pause{0};            // for which they did
  Error cause = {};  // why it was undone
};

// Told before each round of steps.
using Rounds = std::function<void(const std::vector<planning::CutOverStep>&)>;

// Until it is decided, a failure, the limit or `stop` undoes it, which is no error of this function. Errors: what is decided
// could not be carried out, or not be known; call again with the same arguments. Guards act meanwhile.
//
// It looks when it begins, after every failure and before it says that all is done; in between it takes a step that succeeded
// for what it promises, since each look takes as long as the way to the sides and back. Of what is decided only the word is
// asked for, which may be another's.
[[nodiscard]] Result<AttemptEnded> carry_out_attempt(Sides& sides, ports::Clock& clock, const AttemptLimits& limits,
                                                     const Rounds& tell, std::stop_token stop);

}  // namespace divio::migration
