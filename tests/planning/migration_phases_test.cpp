#include "planning/migration_phases.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "support/text.hpp"

using namespace divio;
using namespace divio::planning;
using model::MigrationPhase;
using enum model::MigrationPhase;

namespace {

using Cells = std::vector<std::string>;

constexpr std::array all_phases{planned, checked, reserved, copying, following, verified, cutting_over, soaking, aborting, aborted, finalising, finalised};

std::string name(MigrationPhase phase) { return std::string(to_string(phase)); }

model::Migration migration_in(MigrationPhase phase) {
  model::Migration migration{.id = "01m",
                             .key = {*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("live")},
                             .source = *model::RegionName::parse("eu"),
                             .target = *model::RegionName::parse("ch")};
  migration.phase = phase;
  return migration;
}

// "| a | b |" -> a, b
Cells cells_of(const std::string& line) {
  auto cells = split(line, '|');
  REQUIRE(cells.size() > 2);
  cells.erase(cells.begin());
  cells.pop_back();
  for (auto& cell : cells) cell = std::string(trim(cell));
  return cells;
}

// The rows of the table under "## The phases" that has a column From.
std::vector<Cells> documented() {
  std::ifstream document(DIVIO_SOURCE_DIR "/docs/migration.md");
  REQUIRE(document.good());
  std::vector<Cells> rows;
  bool section = false;
  bool table = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) section = line == "## The phases";
    if (line == "| From | To | When | What is done | What undoes it |") table = section;
    else if (!line.starts_with("|")) table = false;
    else if (table && !line.starts_with("|---")) rows.push_back(cells_of(line));
  }
  return rows;
}

std::set<MigrationPhase> reachable_from(MigrationPhase phase) {
  std::set<MigrationPhase> found{phase};
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const auto& one : migration_transitions())
      if (found.contains(one.from)) found.insert(one.to);
  }
  return found;
}

// What may be asked of a migration in a phase, and the command that comes next there.
struct Asked {
  MigrationPhase phase;
  std::set<MigrationWish> allowed;
  std::string_view next;  // empty: it has ended
};

const std::vector<Asked>& asked() {
  using enum MigrationWish;
  static const std::vector<Asked> all{
      {planned, {go_on, abort}, "resume"},
      {checked, {go_on, abort}, "resume"},
      {reserved, {go_on, abort}, "resume"},
      {copying, {go_on, abort}, "resume"},
      {following, {go_on, cut_over, abort}, "resume"},
      {verified, {go_on, cut_over, abort}, "cutover"},
      {cutting_over, {go_on, cut_over, abort, reverse}, "resume"},
      {soaking, {go_on, reverse, finalise}, "finalize"},
      {aborting, {go_on, abort}, "resume"},
      {aborted, {}, ""},
      {finalising, {go_on, finalise}, "resume"},
      {finalised, {}, ""},
  };
  return all;
}

constexpr std::array all_wishes{MigrationWish::go_on, MigrationWish::cut_over, MigrationWish::abort, MigrationWish::reverse, MigrationWish::finalise};

std::string next_in(const Asked& row) {
  return row.next.empty() ? "" : "divioctl migrate " + std::string(row.next) + " --project shop -e live";
}

}  // namespace

TEST_CASE("docs/migration.md has every transition of a migration, in the order of the code, and no other") {
  std::vector<Cells> known;
  for (const auto& one : migration_transitions())
    known.push_back({"`" + name(one.from) + "`", "`" + name(one.to) + "`", std::string(one.guard), std::string(one.work), std::string(one.undo)});
  const auto written = documented();
  for (std::size_t i = 0; i < std::min(known.size(), written.size()); ++i) {
    CAPTURE(i);
    CHECK_MESSAGE(written[i] == known[i], "in the code: " << join(known[i], " | ") << "; in the document: " << join(written[i], " | "));
  }
  CHECK(written.size() == known.size());
}

TEST_CASE("every phase of a migration can be reached, and every one that goes on leads to an end") {
  const auto reachable = reachable_from(planned);
  for (const auto phase : all_phases) {
    CAPTURE(name(phase));
    CHECK(reachable.contains(phase));
    const auto ahead = reachable_from(phase);
    if (migration_in(phase).goes_on())
      CHECK((ahead.contains(aborted) || ahead.contains(finalised)));
    else
      CHECK(ahead == std::set{phase});  // an end is one
  }
  CHECK(reachable.size() == all_phases.size());
}

TEST_CASE("before the first hand-over a migration can be aborted, and afterwards only be finalised") {
  for (const auto phase : {planned, checked, reserved, copying, following, verified}) {
    CAPTURE(name(phase));
    CHECK(may_become(phase, aborting));
    CHECK_FALSE(may_become(phase, finalising));
  }
  CHECK_FALSE(may_become(soaking, aborting));
  CHECK_FALSE(may_become(cutting_over, aborting));  // an attempt is ended first, as it was decided
}

TEST_CASE("a region that takes over from one that is gone is asked for nothing else, and there is no way back to soaking from there") {
  auto migration = migration_in(cutting_over);
  migration.attempts = {{.number = 1, .decision = "committed", .alone = true}};
  migration.there = true;
  REQUIRE(migration.takes_over());
  for (const auto wish : all_wishes) {
    CAPTURE(static_cast<int>(wish));
    CHECK(check_wish(migration, wish).has_value() == (wish == MigrationWish::go_on || wish == MigrationWish::cut_over));
    CHECK(check_wish(migration, wish, true).has_value() == check_wish(migration, wish).has_value());
  }
  CHECK(ending_without(migration, migration.source) == "divioctl migrate cutover --project shop -e live --without eu");
}

TEST_CASE("from a region that serves and is gone the other one takes over once it has all data, and before that there is no such command") {
  for (const auto phase : all_phases)
    for (const bool there : {false, true}) {
      auto migration = migration_in(phase);
      migration.there = there;
      CAPTURE(name(phase));
      const bool possible = phase == following || phase == verified || phase == cutting_over || phase == soaking;
      CHECK(ending_without(migration, migration.serving()) == (possible ? "divioctl migrate cutover --project shop -e live --without " + migration.serving().str() : ""));
    }
}

TEST_CASE("an error says what can be done without a region only where that did not answer") {
  auto migration = migration_in(soaking);
  migration.there = true;
  const auto hint = [&](ErrorCode code, const model::RegionName& silent) { return with_way_out({code, "no answer", "look at it"}, &migration, silent).hint; };
  CHECK(hint(ErrorCode::unreachable, migration.target) == "look at it\nif region ch is gone for good, let the other one take over from it: divioctl migrate cutover --project shop -e live --without ch");
  CHECK(hint(ErrorCode::timed_out, migration.source) == "look at it\nif region eu is gone for good, end the migration without it: divioctl migrate finalize --project shop -e live --without eu");
  CHECK(hint(ErrorCode::failed, migration.target) == "look at it");
  migration.phase = finalised;
  CHECK(hint(ErrorCode::unreachable, migration.target) == "look at it");
  CHECK(with_way_out({ErrorCode::unreachable, "no answer", ""}, nullptr, migration.target).hint.empty());
}

TEST_CASE("what ended without a region can be ended once more with it, when that one is back") {
  for (const bool handed_over : {false, true}) {
    auto migration = migration_in(handed_over ? finalised : aborted);
    const auto wish = handed_over ? MigrationWish::finalise : MigrationWish::abort;
    CHECK(!check_wish(migration, wish));
    migration.alone = true;
    CHECK(check_wish(migration, wish));
    CHECK(!check_wish(migration, wish, true));
    CHECK(!check_wish(migration, handed_over ? MigrationWish::abort : MigrationWish::finalise));
  }
}

TEST_CASE("a migration becomes what the table says, and nothing else; no transition is there twice") {
  const auto transitions = migration_transitions();
  for (const auto from : all_phases)
    for (const auto to : all_phases) {
      CAPTURE(name(from) + " -> " + name(to));
      const auto rows = std::ranges::count_if(transitions, [&](const auto& one) { return one.from == from && one.to == to; });
      CHECK(rows <= 1);
      CHECK(may_become(from, to) == (rows == 1));
    }
  for (const auto& one : transitions) CHECK_FALSE((one.guard.empty() || one.work.empty() || one.undo.empty()));
}

TEST_CASE("every phase has a name of its own, and is found by it") {
  std::set<std::string> names;
  for (const auto phase : all_phases) {
    names.insert(name(phase));
    CHECK(model::parse_migration_phase(name(phase)) == phase);
  }
  CHECK(names.size() == all_phases.size());
  CHECK_FALSE(model::parse_migration_phase("cut over"));
}

TEST_CASE("what may be asked of a migration depends on its phase, and who asks too early or too late is told what comes next") {
  REQUIRE(asked().size() == all_phases.size());
  for (const auto& row : asked())
    for (const auto wish : all_wishes) {
      CAPTURE(name(row.phase));
      CAPTURE(static_cast<int>(wish));
      const auto answer = check_wish(migration_in(row.phase), wish);
      CHECK(answer.has_value() == row.allowed.contains(wish));
      if (answer) continue;
      const auto& error = answer.error();
      CHECK(error.code == ErrorCode::refused);
      CHECK(error.message == "the migration of shop-live is " + name(row.phase));
      CHECK(error.hint == (row.next.empty() ? "it has ended; divioctl migrate plan begins another one" : "what comes next: " + next_in(row)));
    }
}

TEST_CASE("the command that comes next is one that may be asked for, and there is none after the end") {
  for (const auto& row : asked()) {
    CAPTURE(name(row.phase));
    CHECK(next_command(migration_in(row.phase)) == next_in(row));
    CHECK(row.next.empty() == !migration_in(row.phase).goes_on());
    if (row.next == "resume") CHECK(row.allowed.contains(MigrationWish::go_on));
    if (row.next == "cutover") CHECK(row.allowed.contains(MigrationWish::cut_over));
    if (row.next == "finalize") CHECK(row.allowed.contains(MigrationWish::finalise));
  }
}

TEST_CASE("without the region that does not serve the command that ends a migration is one that may be asked for, in every phase") {
  for (const auto phase : all_phases)
    for (const bool before : {false, true}) {
      auto migration = migration_in(phase);
      if (before) migration.attempts = {{.number = 1, .decision = "committed"}, {.number = 2, .back = true}};
      migration.there = before || phase == soaking || phase == finalising;
      if (!migration.goes_on() || (before && phase < cutting_over) || (before && phase == aborting)) continue;
      CAPTURE(name(phase));
      const auto command = ending_without(migration, migration.other());
      CHECK(command.ends_with(migration.there ? " --without eu" : " --without ch"));
      const bool finalises = command.starts_with("divioctl migrate finalize ");
      CHECK((finalises || command.starts_with("divioctl migrate abort ")));
      CHECK(check_wish(migration, finalises ? MigrationWish::finalise : MigrationWish::abort, true));
      CHECK(finalises == migration.there);
    }
  CHECK(!check_wish(migration_in(cutting_over), MigrationWish::finalise, true));
}
