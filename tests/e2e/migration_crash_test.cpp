// What a move of an application that writes all the time withstands: in every moment the loss of a server, of an ingress, of an
// engine, of the network between the hosts, and of whoever moves it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <memory>

#include "e2e/migration_harms.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

bool is_long() { return std::getenv("DIVIO_TEST_LONG") != nullptr; }

LedgerWriters::Pace pace() { return is_long() ? LedgerWriters::Pace{4, 50ms, 10} : LedgerWriters::Pace{}; }

// The long run's moments are shared out between several of these tests, which run side by side: "2/3" is the second of three.
struct Part {
  std::size_t number = 1;
  std::size_t of = 1;

  static Part wanted() {
    const auto words = split(variable_or("DIVIO_TEST_PART", "1/1"), '/');
    REQUIRE(words.size() == 2);
    return {std::stoul(words[0]), std::stoul(words[1])};
  }
  [[nodiscard]] bool has(std::size_t moment) const { return moment % of == number - 1; }
};

Words start_of_a_move() { return {"migrate", "start", "--to", "eu", "--hold-cutover", "--max-pause", "4s"}; }

constexpr auto* at_rest = "";  // nothing is handed over

// While nothing is handed over: afterwards it can be, by the same command as ever.
void harm_at_rest(const Ground& ground, Writing& writing, const Harm& harm) {
  auto& writers = writing.visitors();
  const std::string moment = ground.move()["phase"];
  CAPTURE(moment);
  CAPTURE(harm.what);
  writers.await_more();
  harm.act(ground);
  const auto since = Clock::now();
  writers.await_more();
  tell(harm, moment, writers, since);
  CHECK(succeeds(ground, {"migrate", ground.other_way()}));
  check_one_side(ground);
  writing.end_moment();
}

// Who is in a step of the hand-over. One that is slow may have been undone before, so this tries again.
std::unique_ptr<Running> mover_in(const Ground& ground, const std::string& step) {
  for (int tries = 0; tries < 5; ++tries) {
    auto mover = std::make_unique<Running>(ground.site().command({"migrate", ground.other_way()}));
    if (mover->says(step_line(step))) return mover;
    mover->wait();
  }
  FAIL("no hand-over came to the step " << step);
  return nullptr;
}

// In a step of the hand-over: whatever came of that, it serves, and one command goes on.
void harm_in(const Ground& ground, Writing& writing, const std::string& step, const Harm& harm) {
  auto& writers = writing.visitors();
  CAPTURE(step);
  CAPTURE(harm.what);
  writers.await_more();
  const auto mover = mover_in(ground, step);
  harm.act(ground);
  const auto since = Clock::now();
  writers.await_more();
  tell(harm, step, writers, since);
  mover->wait();
  const auto where = ground.ledger.writable_in();
  CHECK_MESSAGE((where == "local" || where == "eu"), where);
  CHECK(succeeds(ground, {"migrate", "resume"}));
  check_one_side(ground);
  writing.end_moment();
}

void end_move(const Ground& ground) {
  if (ground.move()["serves"] == "eu") CHECK(succeeds(ground, {"migrate", "reverse", "--max-pause", "10s"}));
  CHECK(succeeds(ground, {"migrate", ground.move()["phase"] == "soaking" ? "finalize" : "abort", "--yes"}));
  CHECK(ground.ledger.left_by_migrations() == "");
  CHECK(ground.ledger.left_on_second_host() == "");
}

}  // namespace

// The next test goes on with it; after each record: migration_record_test.cpp.
TEST_CASE("whoever begins a move is killed while it copies: the source serves on, and one command goes on") {
  const auto& ground = *Ground::shared();
  Writing writing(ground, pace());
  Running mover(ground.site().command(start_of_a_move()));
  REQUIRE(mover.says("copy 'default', and follow it"));
  mover.signal(SIGKILL);
  mover.wait();
  check_serves_by_itself(writing.visitors(), Clock::now(), 4s);
  CHECK(ground.site().answer({"migrate", "resume", "--lock-wait", "30s"})["phase"] == "verified");
  writing.stop();
  CHECK(writing.visitors().failures().empty());
}

TEST_CASE("whatever dies while an application is moved, every acknowledged write is there once, one side is written, and one command goes on") {
  const auto owned = std::move(Ground::shared());
  const auto& ground = *owned;
  ground.ledger.empty();
  const bool begun = ground.site().divioctl({"migrate", "show"}).code == 0 && ground.move()["phase"] == "verified";
  if (!begun) ground.site().expect(0, start_of_a_move());
  Writing writing(ground, pace());
  if (is_long()) {
    const auto part = Part::wanted();
    std::size_t moment = 0;
    for (const std::string step : {at_rest, "await-quiet", "prove default", "begin-way-back default", "commit", "forward", "become-replica cache", at_rest})
      for (const auto& one : harms()) {
        if (!part.has(moment++)) continue;
        if (step == at_rest) harm_at_rest(ground, writing, one);
        else harm_in(ground, writing, step, one);
      }
  } else {
    harm_at_rest(ground, writing, harm("the target's MariaDB"));
    harm_in(ground, writing, "prove default", harm("the source's database server"));
    harm_in(ground, writing, "commit", harm("the target's engine"));
    harm_in(ground, writing, "forward", harm(network_cut));
  }
  writing.stop();
  end_move(ground);
}
