// What goes on in the world of a history while somebody carries a cut-over out, or nobody.
#pragma once

#include <random>

#include "migration/cut_over_history.hpp"

namespace divio::migration::testing {

struct Events {
  std::mt19937_64 random;
  World world;
  Weather weather;
  Flaw flaw;
  std::vector<Attempt> attempts = {};  // as they were begun: on the disk of whoever carries it out, and written before anything else
  std::vector<Effect> late = {};       // calls of somebody who has been taken for dead
  int moments = 0;

  bool chance(unsigned one_in) { return random() % one_in == 0; }
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random() % limit); }

  // One moment in which anything may happen. Storms end after some hundred of them.
  void live();
  // Everything that was begun comes to its end; nothing new begins.
  void come_to_rest();

 private:
  void writers_begin();
  void writers_go_on();
  void streams_act();
  void guards_act();
  void something_fails();
};

}  // namespace divio::migration::testing
