// What the steps of a cut-over do to the two regions in miniature.
#pragma once

#include <functional>
#include <random>
#include <vector>

#include "migration/cut_over_world.hpp"

namespace divio::migration::testing {

// Ways in which a cut-over could be wrong: the simulation has to notice each of them.
enum class Flaw {
  none,
  commit_before_fence,
  no_marker,
  proven_before_disk,  // a replica that has everything in memory counts
  slot_before_publication,
  way_back_before_fence,
  release_before_open,
  late_calls_admitted,
  decisions_forgotten,  // by an ingress that restarts
};

struct Attempt {
  int number = 0;
  std::size_t source = 0;
  std::size_t services = 1;
  Flaw flaw = Flaw::none;
};

// False: it was refused, since the attempt is over.
using Effect = std::function<bool(World&)>;

// The effects of a step, one after the other: whoever carries it out may vanish between two of them.
[[nodiscard]] std::vector<Effect> effects_of(const CutOverStep& step, const Attempt& attempt);

// Whether a step that has had its effects is done, or has to wait.
[[nodiscard]] bool is_done(const World& world, const CutOverStep& step, const Attempt& attempt);

// What guards do by themselves, when it is their turn. The one of the source's ingress aborts what nobody has decided.
void let_guards_act(World& world, const Attempt& attempt, std::mt19937_64& random);

// Whether the time for which requests are held may be over: it is longer than guards need.
[[nodiscard]] bool may_let_go(const World& world, const Attempt& attempt);

}  // namespace divio::migration::testing
