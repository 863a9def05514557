// An application that writes all the time is moved between two hosts with the real program.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "e2e/ledger.hpp"
#include "e2e/stray_writers.hpp"
#include "fakes/outcome.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

bool is_long() { return std::getenv("DIVIO_TEST_LONG") != nullptr; }

// The long run has as many writers as the promise is made for, some 700 writes a second; the ordinary one leaves the machine to
// other tests.
LedgerWriters::Pace pace() { return is_long() ? LedgerWriters::Pace{8, 8ms, 10} : LedgerWriters::Pace{}; }

// One for two tests, which leave it as it was at first, since a host and its images take their time; the second one ends it.
std::unique_ptr<Ledger>& shared_ledger() {
  static std::unique_ptr<Ledger> ledger;
  if (!ledger) ledger = std::make_unique<Ledger>(18510);
  return ledger;
}

std::string phase(const Ledger& ledger) { return ledger.site().answer({"migrate", "show"})["phase"]; }
std::string serves(const Ledger& ledger) { return ledger.site().answer({"migrate", "show"})["serves"]; }

// The newest comparison of both regions.
nlohmann::json compared(const Ledger& ledger) { return ledger.site().answer({"migrate", "show"})["comparisons"].back(); }

// Those that were made before the end of a migration.
nlohmann::json moved_backups(const Ledger& ledger) {
  auto found = nlohmann::json::array();
  const auto all = ledger.site().answer({"backup", "list"});
  for (const auto& backup : all["backups"])
    if (backup["kind"] == "moved") found.push_back(backup);
  return found;
}

// Up to the cut-over and back, unnoticed.
void check_rehearsal(const Ledger& ledger) {
  const auto& site = ledger.site();
  for (const auto* path : {"entries", "/a b", "/a\r\nX-Evil: 1"})
    CHECK(contains(site.expect(2, {"migrate", "rehearse", "--to", "eu", "--path", path}).err, "begins with / and has no spaces"));
  const auto missing = site.divioctl({"migrate", "rehearse", "--to", "eu", "--path", "/no-such-page", "--keep", "-o", "json"});
  CHECK(missing.code == 1);
  CHECK_MESSAGE(contains(missing.out, "\"status\":404"), missing.out << missing.err);
  CHECK(phase(ledger) == "verified");
  const auto kept = site.answer({"migrate", "rehearse", "--to", "eu", "--path", "/count"});
  CHECK(kept["good"] == true);
  CHECK(kept["kept"] == true);
  CHECK(kept["services"][0]["arrives_ms"] > 0);
  CHECK(kept["files_ms"] > 0);
  CHECK(kept["predicted_pause_ms"] > 50);
  CHECK(serves(ledger) == "local");
  site.expect(0, {"migrate", "abort"});
  CHECK(ledger.left_by_migrations() == "");
  CHECK(ledger.left_on_second_host() == "");
}

}  // namespace

TEST_CASE("a project that is written to moves there and back: every acknowledged write is there once, no request fails, nothing is left over") {
  const auto& ledger = *shared_ledger();
  const auto& site = ledger.site();
  ledger.empty();
  const auto plan = site.answer({"migrate", "plan", "--to", "eu"});
  CHECK(plan["possible"] == true);
  CHECK(site.expect(4, {"migrate", "start", "--to", "eu", "--plan-hash", "0123456789abcdef"}).err.find("another one by now") != std::string::npos);
  LedgerWriters writers(site, pace());
  StrayWriters strays(site);
  const Others others = [&](Store store) { return strays.told_of(store); };
  writers.await_more();
  check_rehearsal(ledger);
  const auto started = site.answer({"migrate", "start", "--to", "eu", "--plan-hash", plan["hash"], "--max-pause", "10s"});
  CHECK(started["phase"] == "soaking");
  CHECK(started["serves"] == "eu");
  CHECK(ledger.writable_in() == "eu");
  const auto dns = site.answer({"status"})["dns"];
  REQUIRE(dns.size() == 1);  // without the name that each region gives
  CHECK(dns[0] == nlohmann::json{{"name", "ledger.invalid"}, {"should", ledger.host().address}, {"does", ""}, {"right", false}});
  CHECK(compared(ledger)["before"] == "cutting-over");
  CHECK(compared(ledger)["same"] == true);
  CHECK(compared(ledger)["intact"] == true);
  CHECK(compared(ledger)["services"][2]["prefix"] == "records");
  CHECK(compared(ledger)["services"][2]["tables"][0]["rows"] > 0);
  CHECK(compared(ledger)["services"][3]["prefix"] == "files");
  CHECK(compared(ledger)["services"][3]["files"] > 0);
  CHECK(compared(ledger)["services"][4]["prefix"] == "volume-notes");
  CHECK(compared(ledger)["services"][4]["files"] > 0);
  CHECK(compared(ledger)["services"][0]["prefix"] == "cache");
  CHECK(compared(ledger)["services"][0]["tables"][0]["rows"] == 1);
  writers.await_more();
  CHECK(contains(site.expect(5, {"deploy"}).err, "being moved"));
  CHECK(site.expect(0, {"scale", "web=3"}).code == 0);
  const int moves = is_long() ? 39 : 1;  // with the first: 20 there and back
  for (int move = 0; move < moves; ++move) {
    writers.await_more();
    const auto moved = site.answer({"migrate", "reverse"});
    const auto& last = moved["attempts"].back();
    CHECK(last["decision"] == "committed");
    CHECK(ledger.writable_in() == (move % 2 == 0 ? "local" : "eu"));
    fmt::print("pause {} ms\n", last["pause_ms"].get<double>());
  }
  writers.await_more();
  writers.stop();
  strays.stop();
  for (const auto store : {Store::rows, Store::names, Store::records}) {
    const auto told = others(store);
    fmt::print("around the ingress, store {}: {} written, {} refused, {} unknown\n", static_cast<int>(store), told.written.size(), told.refused.size(), told.unknown.size());
    CHECK(told.written.size() > 20);
    CHECK(told.refused.size() > 0);
  }
  fmt::print("{} writes, longest gap {} ms\n", writers.acknowledged().size(), writers.longest_gap().count());
  check_every_write_counts(site, writers, others);
  check_ledger_worker(site);
  const auto picture = site.expect(0, {"migrate", "show", "--plot", "-"}).out;
  CHECK(picture.starts_with("<svg "));
  CHECK(contains(picture, "class=\"answered\""));
  CHECK(contains(picture, "class=\"pause\""));
  CHECK_FALSE(contains(picture, "class=\"failed\""));
  CHECK(contains(site.expect(3, {"migrate", "show", "--plot", "-", "--attempt", "99"}).err, "there is no cut-over 99"));
  CHECK(contains(site.expect(2, {"migrate", "show", "--attempt", "1"}).err, "--plot FILE"));

  CHECK(serves(ledger) == "local");
  const std::string unnoticed = "SET session_replication_role = replica; ";
  ledger.change_on_second_host(unnoticed + "UPDATE entry SET id = id || 'x' WHERE id = (SELECT min(id) FROM entry)");
  CHECK(contains(site.expect(1, {"migrate", "finalize", "--yes"}).err, "do not hold the same: service 'default': table public.entry has other content in region eu"));
  CHECK(phase(ledger) == "soaking");
  CHECK(compared(ledger)["same"] == false);
  ledger.change_on_second_host(unnoticed + "UPDATE entry SET id = trim(trailing 'x' from id) WHERE id LIKE '%x'");
  const auto in_the_way = site.home() / "backups";
  std::ofstream(in_the_way) << "no folder";
  const auto stopped = site.divioctl({"migrate", "finalize", "--yes"});
  CHECK(stopped.code != 0);
  CHECK_MESSAGE(contains(stopped.err, "no last backup could be made, and nothing was removed"), stopped.err);
  CHECK(contains(stopped.err, "--keep-backup 0"));
  CHECK(phase(ledger) == "soaking");
  std::filesystem::remove(in_the_way);
  CHECK(moved_backups(ledger).empty());
  const std::vector<std::string> deaths{"back up service", "remove what the migration made"};
  for (const auto& words : is_long() ? deaths : std::vector<std::string>{}) {
    Running killed(site.command({"migrate", "finalize", "--yes"}));
    REQUIRE(killed.says(words));
    killed.signal(SIGKILL);
    killed.wait();
  }
  site.expect(0, {"migrate", "finalize", "--yes"});
  const auto backups = moved_backups(ledger);
  REQUIRE(backups.size() == 1);
  const auto told = site.answer({"migrate", "show"})["backup"];
  CHECK(backups[0]["id"] == told["id"]);
  CHECK(backups[0]["keep_until"] == told["keep_until"]);
  CHECK(backups[0]["services"][1]["rows"].get<std::size_t>() >= writers.acknowledged().size());
  CHECK(backups[0]["services"].back()["prefix"] == "volume-notes");
  CHECK(site.answer({"backup", "verify", backups[0]["id"]})["verified"] == "passed");
  CHECK(compared(ledger)["before"] == "finalising");
  CHECK(compared(ledger)["same"] == true);
  check_every_write_counts(site, writers, others);
  CHECK(phase(ledger) == "finalised");
  CHECK(ledger.left_by_migrations() == "");
  CHECK(ledger.left_on_second_host() == "");
  CHECK(site.answer({"deploy"})["outcome"] == "unchanged");
  CHECK(site.answer({"status"})["state"] == "serving");
}

TEST_CASE("whoever moves it is killed at any step of the hand-over: one side is written, nothing is lost, and one command goes on") {
  const auto owned = std::move(shared_ledger());
  const auto& ledger = *owned;
  const auto& site = ledger.site();
  ledger.empty();
  site.expect(0, {"migrate", "start", "--to", "eu", "--hold-cutover", "--max-pause", "4s", "--window", far_window()});
  LedgerWriters writers(site, {});  // all that they wrote is looked at after each step
  StrayWriters strays(site);
  const Others others = [&](Store store) { return strays.told_of(store); };
  const std::vector<std::string> some{"commit"};
  const std::vector<std::string> all{"stop-background", "begin-attempt", "hold", "await-quiet", "fence default", "fence cache", "fence records", "prove default", "settle default",
                                     "suspend default", "begin-way-back default", "prove-way-back default", "commit", "open default", "forward",
                                     "release", "start-at-target", "become-replica cache", "become-replica records", "end-attempt"};
  for (const auto& step : is_long() ? all : some) {
    CAPTURE(step);
    writers.await_more();
    const auto from = serves(ledger);
    Running mover(site.command(phase(ledger) == "soaking" ? Words{"migrate", "reverse"} : Words{"migrate", "cutover", "--now"}));
    REQUIRE(mover.says(step_line(step)));
    mover.signal(SIGKILL);
    mover.wait();
    const auto since = std::chrono::steady_clock::now();
    check_serves_by_itself(writers, since, 4s);
    const auto silence = writers.longest_silence(since).count();
    const auto where = ledger.writable_in();
    CHECK_MESSAGE((where == "local" || where == "eu"), where);
    const auto resumed = site.answer({"migrate", "resume"});
    CHECK(ledger.writable_in() == resumed["serves"].get<std::string>());
    check_promises(site, writers, others);
    fmt::print("killed at {}: {} served, {} serves, nothing acknowledged for {} ms\n", step, from, resumed["serves"].get<std::string>(), silence);
  }
  writers.stop();
  strays.stop();
  fmt::print("{} writes, longest gap {} ms\n", writers.acknowledged().size(), writers.longest_gap().count());
  check_every_write_counts(site, writers, others);
  check_ledger_worker(site);
  if (serves(ledger) == "eu") site.expect(0, {"migrate", "reverse"});
  site.expect(0, {"migrate", phase(ledger) == "soaking" ? "finalize" : "abort", "--yes"});
  CHECK(ledger.left_by_migrations() == "");
  CHECK(ledger.left_on_second_host() == "");
}
