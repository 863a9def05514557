// Comparisons of both regions, as they are signed and kept.
#include "wire/comparison_json.hpp"

#include <doctest/doctest.h>

#include "fakes/outcome.hpp"

using namespace divio;
using tests::contains;
using tests::must;
using tests::must_fail;
using namespace std::chrono_literals;

namespace {

model::Comparison full_comparison() {
  model::Comparison comparison{.before = model::MigrationPhase::finalising,
                               .at = model::TimePoint(1'790'000'000'123ms),
                               .serving = "ch",
                               .following = "eu"};
  comparison.services = {{"default", {"15.8", "aa", {{"public.note", 2, "77"}}}, {"16.1", "ab", {{"public.note", 3, "78"}}}, {"table public.note has other content"}, {{"public.note_id_seq", "9223372036854775807", "-12"}}},
                         {"more", {}, {}, {}}};
  return comparison;
}

}  // namespace

TEST_CASE("a comparison is read as it was written") {
  CHECK(must(wire::comparison_from_json(wire::to_json(full_comparison()))) == full_comparison());
  auto before = full_comparison();
  before.before = model::MigrationPhase::cutting_over;
  before.services.clear();
  CHECK(must(wire::comparison_from_json(wire::to_json(before))) == before);
}

TEST_CASE("a report of an older divioctl, which says nothing of sequences, is read") {
  const auto read = must(wire::comparison_from_json(R"({"version":1,"before":"finalising","at":"2026-09-21T06:00:00.123Z","serving":"ch","following":"eu","services":[)"
                                                    R"({"prefix":"default","serving":{"engine":"15.8"},"following":{},"differences":[]}]})"));
  REQUIRE(read.services.size() == 1);
  CHECK(read.services.front().sequences.empty());
}

TEST_CASE("two regions hold the same where no service differs") {
  auto comparison = full_comparison();
  CHECK_FALSE(comparison.same());
  comparison.services.front().differences.clear();
  CHECK(comparison.same());
  comparison.services.clear();
  CHECK(comparison.same());
}

TEST_CASE("what is no comparison is refused, and a name that is not UTF-8 is kept readable") {
  CHECK(must_fail(wire::comparison_from_json("{}")).code == ErrorCode::invalid);
  CHECK(must_fail(wire::comparison_from_json("no JSON")).code == ErrorCode::invalid);
  auto odd = full_comparison();
  odd.services.front().serving.tables.front().name = "public.caf\xe9";
  CHECK(contains(must(wire::comparison_from_json(wire::to_json(odd))).services.front().serving.tables.front().name, "public.caf"));
}
