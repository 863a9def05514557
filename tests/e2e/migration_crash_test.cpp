// What a move of an application that writes all the time withstands: in every moment the loss of a server, of an ingress, of an
// engine, of the network between the hosts, and of whoever moves it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

#include "crash/own_engine.hpp"
#include "e2e/ledger.hpp"
#include "e2e/stray_writers.hpp"
#include "fakes/outcome.hpp"
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

// Both hosts are the test's own.
struct Ground {
  // One for both tests, which leave it as it was at first; the second one ends it.
  static std::unique_ptr<Ground>& shared() {
    static auto ground = std::make_unique<Ground>();
    return ground;
  }

  crash::OwnEngine engine{{}, {"debian:bookworm-slim", "haproxy:2.6", "postgres:15", "redis:7", "mariadb:10.11"}};
  Ledger ledger{18540};

  [[nodiscard]] const Site& site() const { return ledger.site(); }
  [[nodiscard]] nlohmann::json move() const { return site().answer({"migrate", "show"}); }
  // The hand-over from where it is.
  [[nodiscard]] std::string other_way() const { return move()["phase"] == "soaking" ? "reverse" : "cutover"; }
};

// Through the ingress, and around it. All that is held is read in each moment, so after some of them it is let go, and others write.
class Writing {
 public:
  explicit Writing(const Ground& ground) : ground_(ground) { begin(); }

  [[nodiscard]] LedgerWriters& visitors() { return *visitors_; }

  void end_moment() {
    check_promises();
    if (++moments_ % moments_kept != 0) return;
    stop();
    ground_.ledger.empty();
    begin();
  }
  void stop() {
    visitors_->stop();
    strays_->stop();
    check_promises();
    fmt::print("{} writes acknowledged, {} not\n", visitors_->acknowledged().size(), visitors_->failures().size());
  }

 private:
  static constexpr int moments_kept = 6;

  void begin() {
    visitors_ = std::make_unique<LedgerWriters>(ground_.site(), pace());
    strays_ = std::make_unique<StrayWriters>(ground_.site());
  }
  void check_promises() const {
    live::check_promises(ground_.site(), *visitors_, [this](Store store) { return strays_->told_of(store); });
  }

  const Ground& ground_;
  std::unique_ptr<LedgerWriters> visitors_;
  std::unique_ptr<StrayWriters> strays_;
  int moments_ = 0;
};

// As the kernel ends a process that takes all memory.
void kill_container(const std::string& endpoint, const std::string& name) {
  const std::string script = "kill -KILL \"$(docker -H \"$1\" inspect -f '{{.State.Pid}}' \"$2\")\"";
  const auto killed = run({{"sh", "-c", script, "sh", endpoint, name}, {}});
  REQUIRE_MESSAGE(killed.code == 0, killed.text());
}

constexpr auto* at_rest = "";  // nothing is handed over

struct Harm {
  std::string what;
  std::function<void(const Ground&)> act;
};

const std::vector<Harm>& harms() {
  static const std::vector<Harm> all{
      {"the source's database server", [](const Ground&) { kill_container(needed_variable("DIVIO_TEST_ENGINE"), "divio-postgres-15"); }},
      {"the target's database server", [](const Ground& ground) { kill_container(ground.ledger.host().endpoint, "divio-eu-postgres-15"); }},
      {"the source's Redis", [](const Ground&) { kill_container(needed_variable("DIVIO_TEST_ENGINE"), Ledger::cache); }},
      {"the target's Redis", [](const Ground& ground) { kill_container(ground.ledger.host().endpoint, Ledger::cache); }},
      {"the source's MariaDB", [](const Ground&) { kill_container(needed_variable("DIVIO_TEST_ENGINE"), "divio-mariadb-10-11"); }},
      {"the target's MariaDB", [](const Ground& ground) { kill_container(ground.ledger.host().endpoint, "divio-eu-mariadb-10-11"); }},
      {"the source's ingress", [](const Ground&) { kill_container(needed_variable("DIVIO_TEST_ENGINE"), "divio-ingress-local"); }},
      {"the target's ingress", [](const Ground& ground) { kill_container(ground.ledger.host().endpoint, "divio-ingress-eu"); }},
      {"the source's engine", [](const Ground& ground) { ground.engine.crash(); ground.engine.resume(); }},
      {"the target's engine", [](const Ground& ground) { ground.ledger.host().crash(); ground.ledger.host().resume(); }},
      {"the network, for 8 s", [](const Ground& ground) {
         ground.ledger.host().connect(false);
         std::this_thread::sleep_for(8s);
         ground.ledger.host().connect(true);
       }},
      {"what the router knows of connections", [](const Ground& ground) { ground.ledger.host().forget_connections(); }}};
  return all;
}

const Harm& harm(std::string_view what) {
  const auto found = std::ranges::find(harms(), what, &Harm::what);
  REQUIRE(found != harms().end());
  return *found;
}

bool succeeds(const Ground& ground, const Words& words) {
  return comes_true([&] { return ground.site().divioctl(words).code == 0; }, 2min);
}

// One side is written, and it is the one that serves.
void check_one_side(const Ground& ground) {
  const bool agree = comes_true([&] { return ground.ledger.writable_in() == ground.move()["serves"].get<std::string>(); }, 1min);
  CHECK_MESSAGE(agree, ground.ledger.writable_in() << " can be written, " << ground.move()["serves"] << " serves");
}

// A line of the table in docs/migration.md, and why it took as long.
void tell(const Harm& harm, const std::string& moment, const LedgerWriters& writers, Clock::time_point since) {
  fmt::print("| {} | {} | {:.1f} s | {}\n", harm.what, moment, std::chrono::duration<double>(Clock::now() - since).count(), writers.fared_since(since));
  std::fflush(stdout);
}

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
  Writing writing(ground);
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
  Writing writing(ground);
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
    harm_in(ground, writing, "forward", harm("the network, for 8 s"));
  }
  writing.stop();
  end_move(ground);
}
