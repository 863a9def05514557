// An application that is written to all the time is moved by somebody who dies after each journal record of each command, and by
// whoever goes on, who dies as well.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "crash/deaths.hpp"
#include "e2e/ledger.hpp"
#include "e2e/stray_writers.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

constexpr auto max_pause = 4s;

struct Moving {
  Ledger ledger{18550};
  LedgerWriters writers{ledger.site(), {}};
  StrayWriters strays{ledger.site()};
  int deaths = 0;

  [[nodiscard]] const Site& site() const { return ledger.site(); }
  [[nodiscard]] Others others() const {
    return [this](Store store) { return strays.told_of(store); };
  }
  [[nodiscard]] nlohmann::json shown() const {
    const auto asked = site().divioctl({"migrate", "show", "-o", "json"});
    return asked.code == 0 ? asked.json() : nlohmann::json{{"phase", "none"}, {"serves", "local"}};
  }
  [[nodiscard]] std::string phase() const { return shown()["phase"]; }
};

Words start_of_a_move() { return {"migrate", "start", "--to", "eu", "--max-pause", fmt::format("{}s", max_pause.count())}; }

// With nobody there, wherever it was. Before it is copied, what the target has is new and empty, and nobody knows of it.
void check_death(Moving& moving, std::chrono::steady_clock::time_point since) {
  check_serves_by_itself(moving.writers, since, max_pause, 10);
  const std::set<std::string> not_copying{"none", "checked", "reserved"};
  const auto where = moving.ledger.writable_in();
  const auto phase = moving.phase();
  if (!not_copying.contains(phase)) CHECK_MESSAGE((where == "local" || where == "eu"), where);
  // Where it is handed over nothing but the word says yet which region's files are to be read.
  if (phase != "cutting-over" && ++moving.deaths % 4 == 0) check_promises(moving.site(), moving.writers, moving.others());
}

// Whether it came to its end before so many records.
bool ends_within(Moving& moving, Words words, int records) {
  const auto said = words[1];
  words.insert(words.end(), {"--lock-wait", "30s"});
  const auto ended = die(moving.site(), words, records);
  const auto since = std::chrono::steady_clock::now();
  const bool undone = ended.code == 1 && contains(ended.err, "the cut-over was undone");  // on a machine that was too slow
  REQUIRE_MESSAGE((ended.code == killed || ended.code == 0 || undone), ended.text());
  if (ended.code == killed) check_death(moving, since);
  fmt::print("{} {} after {} records: {}, nothing acknowledged for {} ms\n", said, ended.code == killed ? "killed" : undone ? "undone" : "ended", records, moving.phase(),
             moving.writers.longest_silence(since).count());
  std::fflush(stdout);
  return ended.code == 0;
}

// Whoever goes on says the same again or `resume`, in turns, and lives for a record longer than who was there before: so each record of
// each phase is somebody's last one.
void die_all_along(Moving& moving, const Words& words, const std::string& goal) {
  CAPTURE(words[1]);
  const std::set<std::string> not_begun{"none", "aborted", "verified", "soaking"};  // there is nothing to resume
  std::set<std::string> phases{moving.phase()};
  bool again = true;
  for (int records = 1;; ++records) {
    CAPTURE(records);
    const bool ended = ends_within(moving, again ? words : Words{"migrate", "resume"}, records);
    const auto phase = moving.phase();
    if (ended && phase != goal) --records;  // who went on with an attempt left it at that
    if (phase == goal && (ended || phase == "aborted" || phase == "finalised")) break;
    if (phases.insert(phase).second) records = 0;
    again = phase != goal && (!again || not_begun.contains(phase));
  }
}

// The other way each time it was carried out, until it comes to its end by itself.
void reverse_after_each(Moving& moving) {
  for (int records = 1;; ++records) {
    CAPTURE(records);
    if (ends_within(moving, {"migrate", "reverse"}, records)) break;
    const Words again{"migrate", records % 2 == 0 ? "resume" : "reverse", "--lock-wait", "30s"};
    CHECK(comes_true([&] { return moving.site().divioctl(again).code == 0; }));  // one that was too slow is undone
    const auto shown = moving.shown();
    CHECK(shown["phase"] == "soaking");
    CHECK(moving.ledger.writable_in() == shown["serves"].get<std::string>());
  }
}

}  // namespace

TEST_CASE("whoever moves an application, and whoever goes on, dies after each journal record: it serves by itself, on one side, and nothing is lost or left") {
  Moving moving;
  moving.writers.await_more();
  auto ready_only = start_of_a_move();
  ready_only.emplace_back("--hold-cutover");
  die_all_along(moving, ready_only, "verified");
  die_all_along(moving, {"migrate", "abort"}, "aborted");
  CHECK(moving.ledger.left_by_migrations() == "");
  CHECK(moving.ledger.left_on_second_host() == "");

  moving.site().expect(0, ready_only);
  die_all_along(moving, {"migrate", "cutover"}, "soaking");
  reverse_after_each(moving);
  // Whoever writes around the ingress does so where everything goes.
  if (moving.shown()["serves"] == "local") moving.site().expect(0, {"migrate", "reverse"});
  die_all_along(moving, {"migrate", "finalize", "--yes"}, "finalised");
  moving.writers.stop();
  moving.strays.stop();
  check_every_write_counts(moving.site(), moving.writers, moving.others());
  CHECK(moving.ledger.left_by_migrations() == "");
}

TEST_CASE("while the old region is cleared nobody who writes straight to its servers is told that what goes with it is written") {
  Moving moving;
  moving.site().expect(0, start_of_a_move());
  moving.writers.await_more();
  moving.site().expect(0, {"migrate", "finalize", "--yes"});
  moving.writers.stop();
  moving.strays.stop();
  check_every_write_counts(moving.site(), moving.writers, moving.others());
  CHECK(moving.ledger.left_by_migrations() == "");
}
