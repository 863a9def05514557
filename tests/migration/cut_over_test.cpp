#include "planning/cut_over.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>

using namespace divio::planning;

namespace {

SeenCutOver begun() {
  SeenCutOver seen;
  seen.background_at_source = true;
  seen.services = {{.prefix = "default", .stream = Stream::following}, {.prefix = "media", .carriage = Carriage::copy}};
  return seen;
}

std::string told(const std::vector<CutOverStep>& steps) {
  std::string text;
  for (const auto& step : steps)
    text += (text.empty() ? "" : ", ") + std::string(to_string(step.act)) + (step.prefix.empty() ? "" : " " + step.prefix);
  return text;
}

// What happens where every step succeeds: a line each round.
std::string rounds(SeenCutOver& seen, Wish wish, std::size_t most = 100) {
  std::string text;
  for (std::size_t i = 0; i < most; ++i) {
    const auto steps = next_steps(seen, wish);
    if (steps.empty()) break;
    text += told(steps) + "\n";
    for (const auto& step : steps) {
      seen = after(seen, step);
      if (step.act == Act::commit) seen.decision = Decision::committed;
      if (step.act == Act::abort) seen.decision = Decision::aborted;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the way to a commit: requests wait from hold to release") {
  auto seen = begun();
  CHECK(rounds(seen, Wish::cut_over) ==
        "stop-background\n"
        "begin-attempt\n"
        "hold\n"
        "await-quiet\n"
        "fence default, fence media\n"
        "prove default, settle media\n"
        "settle default\n"
        "suspend default\n"
        "begin-way-back default\n"
        "prove-way-back default\n"
        "commit\n"
        "open default, open media\n"
        "forward\n"
        "release\n"
        "start-at-target, end-stream default\n"
        "end-attempt\n");
  CHECK(seen.decision == Decision::committed);
}

TEST_CASE("a replica needs no way back before the commit: the source becomes the target's replica when requests go on again") {
  SeenCutOver seen;
  seen.services = {{.prefix = "cache", .carriage = Carriage::replica, .settled = true, .stream = Stream::following}};
  CHECK(rounds(seen, Wish::cut_over) ==
        "begin-attempt\n"
        "hold\n"
        "await-quiet\n"
        "fence cache\n"
        "prove cache\n"
        "commit\n"
        "open cache\n"
        "forward\n"
        "release\n"
        "start-at-target, become-replica cache\n"
        "end-attempt\n");
}

TEST_CASE("an abort lets requests go on as soon as the source can be written, and puts the streams in order afterwards") {
  auto seen = begun();
  (void)rounds(seen, Wish::cut_over, 9);  // up to the way back
  CHECK(rounds(seen, Wish::undo) ==
        "abort\n"
        "unfence default, unfence media\n"
        "release\n"
        "start-at-source, end-way-back default\n"
        "resume default\n"
        "end-attempt\n");
  CHECK(seen.services.front().stream == Stream::following);
}

TEST_CASE("what was not begun is undone by nothing but starting the background again") {
  auto seen = begun();
  CHECK(told(next_steps(seen, Wish::undo)) == "");
  seen.background_at_source = false;
  CHECK(told(next_steps(seen, Wish::undo)) == "start-at-source");
}

TEST_CASE("a decision stands, whatever is wished") {
  auto seen = begun();
  (void)rounds(seen, Wish::cut_over, 11);
  CHECK(told(next_steps(seen, Wish::undo)) == "open default, open media");
  seen = begun();
  seen.decision = Decision::aborted;
  CHECK(told(next_steps(seen, Wish::cut_over)) == "unfence default, unfence media");
}

TEST_CASE("an abort takes a fence down that waits for a transaction to end") {
  auto seen = begun();
  seen.decision = Decision::aborted;
  for (auto& service : seen.services) service.over = true;
  seen.services.front().fence = Fence::closing;
  CHECK(told(next_steps(seen, Wish::cut_over)) == "unfence default");
}

TEST_CASE("an abort tells the source's data that it is over also where no fence is seen, for one may be on its way") {
  auto seen = begun();
  seen.decision = Decision::aborted;
  seen.holding = true;
  CHECK(told(next_steps(seen, Wish::cut_over)) == "unfence default, unfence media");
}

TEST_CASE("guards and the hold are put back before anything else when they are lost") {
  auto seen = begun();
  (void)rounds(seen, Wish::cut_over, 5);
  seen.holding = false;
  CHECK(told(next_steps(seen, Wish::cut_over)) == "hold");
  seen.guarded = false;
  CHECK(told(next_steps(seen, Wish::cut_over)) == "begin-attempt");
}

TEST_CASE("data refuses what a newer attempt, or the end of its own, has overtaken") {
  CHECK(admits({1, false}, 1, Act::fence));
  CHECK(admits({1, true}, 1, Act::open));
  CHECK(admits({1, true}, 1, Act::become_replica));
  CHECK_FALSE(admits({2, true}, 1, Act::become_replica));  // it may have become the primary
  CHECK_FALSE(admits({1, true}, 1, Act::fence));
  CHECK_FALSE(admits({1, true}, 1, Act::begin_attempt));
  CHECK_FALSE(admits({2, false}, 1, Act::unfence));
  CHECK_FALSE(admits({2, false}, 1, Act::resume));
  CHECK_FALSE(admits({1, false}, 2, Act::fence));  // it has not begun here
  CHECK(admits({1, false}, 2, Act::begin_attempt));
  CHECK(admits({1, false}, 2, Act::unfence));
}

TEST_CASE("every step has a name of its own") {
  std::vector<std::string_view> names;
  for (int act = 0; act <= static_cast<int>(Act::end_attempt); ++act) names.push_back(to_string(static_cast<Act>(act)));
  for (const auto name : names) CHECK_FALSE(name.empty());
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}

TEST_CASE("docs/migration.md names every step, in the order of the code") {
  std::ifstream document(DIVIO_SOURCE_DIR "/docs/migration.md");
  REQUIRE(document.good());
  int next = 0;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) inside = line == "## The cut-over";
    if (!inside || !line.starts_with("| `")) continue;
    REQUIRE(next <= static_cast<int>(Act::end_attempt));
    CHECK(line.substr(3, line.find('`', 3) - 3) == to_string(static_cast<Act>(next++)));
  }
  CHECK(next == static_cast<int>(Act::end_attempt) + 1);
}
