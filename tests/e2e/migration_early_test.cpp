// What a move withstands before anything can be handed over, and at its end: in the hand-over see migration_crash_test.cpp.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>

#include "e2e/migration_harms.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// So that copying takes some seconds.
constexpr auto* bandwidth = "1MB/s";
void fill(const Site& site) {
  site.expect(0, {"service", "shell", "default"}, "CREATE TABLE bulk (id int PRIMARY KEY, text text); INSERT INTO bulk SELECT g, repeat(md5(g::text), 30) FROM generate_series(1, 6000) AS g;\n");
  site.expect(0, {"service", "shell", "records"}, "CREATE TABLE bulk (id int PRIMARY KEY, text text); INSERT INTO bulk SELECT seq, REPEAT(MD5(seq), 30) FROM seq_1_to_4000;\n");
}

Words start_of_a_move() { return {"migrate", "start", "--to", "eu", "--hold-cutover", "--max-pause", "4s", "--bandwidth", bandwidth}; }

constexpr auto* copying = "copy 'default', and follow it";
constexpr auto* starting = "start ledger-live-web-r1-1";

// Whoever went on with it has ended, or nobody did: one command brings it there.
void go_on(const Ground& ground, const std::string& goal, const Words& words = {"migrate", "resume"}) {
  if (ground.move()["phase"] != goal) CHECK(succeeds(ground, words));
  CHECK(ground.move()["phase"] == goal);
}

void give_up(const Ground& ground) {
  CHECK(succeeds(ground, {"migrate", "abort", "--yes"}));
  CHECK(ground.ledger.left_by_migrations() == "");
  CHECK(ground.ledger.left_on_second_host() == "");
}

// Somebody who carries a migration out, and goes on where it ends before its time.
class Mover {
 public:
  Mover(const Ground& ground, const Words& words) : ground_(ground), running_(std::make_unique<Running>(ground.site().command(words))) {}

  void reach(const std::string& words, const Words& again) {
    for (int tries = 0; tries < 5; ++tries) {
      if (running_->says(words)) return;
      running_->wait();
      running_ = std::make_unique<Running>(ground_.site().command(again));
    }
    FAIL("nobody came to " << words);
  }
  void wait() { running_->wait(); }

 private:
  const Ground& ground_;
  std::unique_ptr<Running> running_;
};

void cut_at(const Ground& ground, Writing& writing, Mover& mover, const std::string& line, const Words& again) {
  CAPTURE(line);
  mover.reach(line, again);
  const auto& cut = harm(network_cut);
  cut.act(ground);
  const auto since = Clock::now();
  writing.visitors().await_more();
  tell(cut, line, writing.visitors(), since);
}

}  // namespace

TEST_CASE("whatever dies while data are copied: the source serves on, nothing is lost, one side is written, and one command goes on") {
  const auto& ground = *Ground::shared();
  fill(ground.site());
  Writing writing(ground);
  for (const auto& one : harms()) {
    CAPTURE(one.what);
    Mover mover(ground, start_of_a_move());
    mover.reach(copying, start_of_a_move());
    one.act(ground);
    const auto since = Clock::now();
    writing.visitors().await_more();
    tell(one, "copying", writing.visitors(), since);
    check_one_side(ground);
    mover.wait();
    go_on(ground, "verified");
    check_one_side(ground);
    give_up(ground);
    writing.end_moment();
  }
  writing.stop();
}

TEST_CASE("the network between the hosts is cut and heals in each phase: visitors notice nothing, and one command goes on") {
  const auto owned = std::move(Ground::shared());
  const auto& ground = *owned;
  ground.ledger.empty();
  Writing writing(ground);
  const Words resume{"migrate", "resume"};
  {
    Mover mover(ground, start_of_a_move());
    for (const auto* line : {"open the way between", copying, "copy 'records', and follow it"}) cut_at(ground, writing, mover, line, resume);
    mover.wait();
    go_on(ground, "verified");
  }
  {
    Mover mover(ground, {"migrate", "abort", "--yes"});
    cut_at(ground, writing, mover, "remove what the migration made in region local", resume);
    mover.wait();
    go_on(ground, "aborted", {"migrate", "abort", "--yes"});
    CHECK(ground.ledger.left_by_migrations() == "");
    CHECK(ground.ledger.left_on_second_host() == "");
  }
  for (const std::string line : {starting, "compare what region local and region eu hold"}) {
    Mover mover(ground, start_of_a_move());
    cut_at(ground, writing, mover, line, resume);
    mover.wait();
    go_on(ground, "verified");
    check_one_side(ground);
    if (line != starting) break;
    give_up(ground);
  }
  writing.visitors().await_more();
  CHECK(writing.visitors().failures().empty());
  CHECK(succeeds(ground, {"migrate", "cutover"}));
  const Words finalize{"migrate", "finalize", "--yes"};
  Mover mover(ground, finalize);
  for (const auto* line : {"compare what region eu and region local hold", "remove what the migration made in region local", "remove ledger-live"})
    cut_at(ground, writing, mover, line, finalize);
  mover.wait();
  go_on(ground, "finalised", finalize);
  writing.stop();
  CHECK(ground.ledger.left_by_migrations() == "");
}
