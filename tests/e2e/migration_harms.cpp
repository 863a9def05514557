#include "e2e/migration_harms.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <thread>

namespace divio::live {
namespace {

using namespace std::chrono_literals;

constexpr int moments_kept = 6;

// As the kernel ends a process that takes all memory.
void kill_container(const std::string& endpoint, const std::string& name) {
  const std::string script = "kill -KILL \"$(docker -H \"$1\" inspect -f '{{.State.Pid}}' \"$2\")\"";
  const auto killed = run({{"sh", "-c", script, "sh", endpoint, name}, {}});
  REQUIRE_MESSAGE(killed.code == 0, killed.text());
}

}  // namespace

std::unique_ptr<Ground>& Ground::shared() {
  static auto ground = std::make_unique<Ground>();
  return ground;
}

Writing::Writing(const Ground& ground, LedgerWriters::Pace pace) : ground_(ground), pace_(pace) { begin(); }

void Writing::begin() {
  visitors_ = std::make_unique<LedgerWriters>(ground_.site(), pace_);
  strays_ = std::make_unique<StrayWriters>(ground_.site());
}

void Writing::check_promises() const {
  live::check_promises(ground_.site(), *visitors_, [this](Store store) { return strays_->told_of(store); });
}

void Writing::stop() {
  visitors_->stop();
  strays_->stop();
  check_promises();
  fmt::print("{} writes acknowledged, {} not\n", visitors_->acknowledged().size(), visitors_->failures().size());
}

void Writing::end_moment() {
  check_promises();
  if (++moments_ % moments_kept != 0) return;
  stop();
  ground_.ledger.empty();
  begin();
}

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
      {network_cut, [](const Ground& ground) {
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
void tell(const Harm& harm, const std::string& moment, const LedgerWriters& writers, std::chrono::steady_clock::time_point since) {
  fmt::print("| {} | {} | {:.1f} s | {}\n", harm.what, moment, std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count(), writers.fared_since(since));
  std::fflush(stdout);
}

}  // namespace divio::live
