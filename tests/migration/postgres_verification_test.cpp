// Whether two sides hold the same, and the scripts of a migration.
#include <doctest/doctest.h>

#include <limits>

#include "migration/postgres/cleaning.hpp"
#include "migration/postgres/guard.hpp"
#include "migration/postgres/scripts.hpp"
#include "migration/postgres/verification.hpp"

using namespace divio;
using namespace divio::migration::postgres;

namespace {

Sequence numbers(std::int64_t last, bool given_out = true, std::int64_t increment = 1) { return {last, given_out, increment, false, "bigint"}; }

// What both sides hold.
HeldByBoth same() {
  const Held held{{"15.8", "aa", {{"public.note", 2, "77"}, {"public.page", 1, "5"}}}, {{"public.note_id_seq", numbers(12)}}};
  return {held, held};
}

std::vector<std::string> found(const HeldByBoth& both, std::optional<unsigned> ahead = 0) { return differences(both, "on the target", ahead); }

// Whether a side that was left, whose sequence stands there, is named.
bool is_named(const Sequence& left, const Sequence& serving, unsigned ahead = 0) {
  auto both = same();
  both.from.sequences["public.note_id_seq"] = serving;
  both.to.sequences["public.note_id_seq"] = left;
  return !found(both, ahead).empty();
}

const Names names{"d1", "d1g1", "divio_migration_m1", "divio_m1_d1", "divio_m1_d1_f", "divio_m1_d1_b"};

}  // namespace

TEST_CASE("two sides that hold the same differ in nothing, wherever sequences stand before anything was handed over") {
  auto both = same();
  CHECK(found(both).empty());
  both.from.sequences["public.note_id_seq"].last = 44;
  CHECK(found(both).empty());
  both.to.sequences["public.note_id_seq"].last = 99;
  CHECK(found(both, {}).empty());
  CHECK(positions(both) == std::vector<model::ComparedSequence>{{"public.note_id_seq", "44", "99"}});
}

TEST_CASE("every difference is a sentence that names the thing") {
  auto both = same();
  auto& target = both.to;
  SUBCASE("rows") {
    target.evidence.tables[0].rows = 1;
    CHECK(found(both) == std::vector<std::string>{"table public.note has 1 rows on the target instead of 2"});
  }
  SUBCASE("content") {
    target.evidence.tables[1].checksum = "6";
    CHECK(found(both) == std::vector<std::string>{"table public.page has other content on the target"});
  }
  SUBCASE("missing and more") {
    target.evidence.tables[0].name = "public.other";
    CHECK(found(both) == std::vector<std::string>{"table public.note is not on the target", "table public.other is on the target only"});
  }
  SUBCASE("schema") {
    target.evidence.schema = "bb";
    CHECK(found(both) == std::vector<std::string>{"the schema is another one on the target (PostgreSQL 15.8 and 15.8)"});
  }
  SUBCASE("a sequence that is further") {
    target.sequences["public.note_id_seq"].last = 13;
    CHECK(found(both) == std::vector<std::string>{"sequence public.note_id_seq is at 13 on the target, which is further than 12, so numbers would be given out twice"});
  }
  SUBCASE("a sequence of another definition") {
    target.sequences["public.note_id_seq"].definition = "integer";
    for (const auto ahead : {std::optional<unsigned>(), std::optional<unsigned>(0)})
      CHECK(found(both, ahead) == std::vector<std::string>{"sequence public.note_id_seq is defined in another way on the target"});
  }
  SUBCASE("sequences that only one side has") {
    target.sequences = {{"public.other_seq", numbers(1)}};
    CHECK(found(both, {}) == std::vector<std::string>{"sequence public.note_id_seq is not on the target", "sequence public.other_seq is on the target only"});
    CHECK(positions(both).empty());
  }
}

TEST_CASE("of a side that was left no sequence may be further, by more than what an attempt that was undone has set, whichever way it counts") {
  CHECK_FALSE(is_named(numbers(12), numbers(44)));
  CHECK(is_named(numbers(12), numbers(12, false)));        // 12 would be given out again
  CHECK_FALSE(is_named(numbers(12, false), numbers(12)));
  CHECK_FALSE(is_named(numbers(-65, true, -5), numbers(-70, true, -5)));
  CHECK(is_named(numbers(-70, true, -5), numbers(-65, true, -5)));
  CHECK_FALSE(is_named(numbers(-65 - 160, true, -5), numbers(-65, true, -5), 32));
  CHECK(is_named(numbers(-65 - 161, true, -5), numbers(-65, true, -5), 32));
  CHECK_FALSE(is_named(numbers(44), numbers(12), 32));
  CHECK(is_named(numbers(45), numbers(12), 32));
  constexpr auto least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  CHECK(is_named(numbers(most), numbers(least)));
  CHECK(is_named(numbers(least, true, -1), numbers(most, true, -1), 32));
  CHECK_FALSE(is_named(numbers(most, true, most), numbers(0, true, most), 1));
  auto round = numbers(99);
  round.cycles = true;
  auto early = numbers(1);
  early.cycles = true;
  CHECK_FALSE(is_named(round, early));
}

TEST_CASE("no script leaves a name open, and none of another migration's names is in it") {
  for (const auto& script : {named(tools_script(), names), named(publication_script("{forward}"), names), clean_script(names), leftovers_script(names),
                             named(role_script(Secret("secret"), "0123456789abcdef").reveal(), names),
                             named(forward_script(connection_string(names, {"10.0.0.1"}, Secret("secret"))).reveal(), names)}) {
    CAPTURE(script);
    for (const char* open : {"{database}", "{login}", "{schema}", "{role}", "{forward}", "{backward}", "{ours}", "{0}"})
      CHECK(script.find(open) == std::string::npos);
  }
}

TEST_CASE("a role is made with a verifier, never with its password") {
  const auto script = role_script(Secret("very-secret"), "0123456789abcdef");
  CHECK(script.reveal().find("very-secret") == std::string::npos);
  CHECK(script.reveal().find("SCRAM-SHA-256$") != std::string::npos);
}
