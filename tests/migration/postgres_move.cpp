#include "migration/postgres_move.hpp"

#include <fmt/format.h>

#include <thread>

#include "migration/conversing.hpp"
#include "migration/postgres/cleaning.hpp"

namespace divio::test {

using namespace migration::postgres;

Move::Move(const char* project, const char* id)
    : sides(two_sides()), pair(sides.pair(project)), source(conversing<Conversation>(pair.source, id)), target(conversing<Conversation>(pair.target, id)), id_(id) {}

// What a test left of its migration would keep the databases from being removed.
Move::~Move() {
  for (const auto* side : {&source, &target}) (void)clean(side->side(), id_);
  sides.remove(pair);
}

void Move::fill(int rows) {
  say(fmt::format("CREATE TABLE note (id serial PRIMARY KEY, text text);\n"
                  "INSERT INTO note (text) SELECT 'note ' || g FROM generate_series(1, {}) AS g;\n", rows));
}

void Move::say(const std::string& statements) {
  const auto said = sides.as_tenant(pair.source, statements);
  CAPTURE(said.err);
  REQUIRE(said.code == 0);
}

std::string Move::hear(const Side& side, const std::string& question) {
  const auto said = sides.as_tenant(side, question);
  CAPTURE(said.err);
  CHECK(said.code == 0);
  return said.out;
}

void Move::follow() {
  for (int tries = 0; tries < 600; ++tries) {
    const auto seen = progress(source, target);
    REQUIRE_OK(seen);
    if (seen->all_copied()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  REQUIRE_OK(finish_copying(source, target));
  REQUIRE_OK(admit_login(target));
  const auto seen = progress(source, target);
  REQUIRE_OK(seen);
  CHECK(seen->following);
}

std::vector<std::string> Move::left(const Side& side) const {
  auto found = leftovers(side, id_);
  REQUIRE_OK(found);
  return std::move(*found);
}

void Move::prepare() {
  REQUIRE_OK(begin_copying(source, target, sides.source_peer()));
  follow();
  REQUIRE_OK(fence(target, 0, std::chrono::seconds(2)));
  REQUIRE_OK(prepare_following(target, source, sides.target_peer(), Direction::backward));
}

}  // namespace divio::test
