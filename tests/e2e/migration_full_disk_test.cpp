// The target's disk is full, at different moments of a move.
#include <doctest/doctest.h>

#include "crash/full_disk.hpp"
#include "e2e/ledger.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using crash::FullDisk;
using tests::contains;

TEST_CASE("the target's disk is full: the move says whose it is, the source serves on without a failure, and with room again one command goes on") {
  const Ledger ledger(18545, "1900M");
  const auto& site = ledger.site();
  LedgerWriters writers(site, {});
  writers.await_more();
  const auto phase = [&] { return site.answer({"migrate", "show"})["phase"].get<std::string>(); };
  bool begun = true;
  {
    const FullDisk full(ledger.host().endpoint);
    const auto ended = site.divioctl({"migrate", "start", "--to", "eu", "--hold-cutover"});
    // By the plan, where there is room for the container that asks how much there is.
    const bool refused = ended.code == 5 && contains(ended.err, "of its engine's disk free, and what is moved takes up to");
    const bool failed = ended.code == 1 && contains(ended.err, "the disk of region eu is full");
    CHECK_MESSAGE((refused || failed), ended.text());
    writers.await_more();
    begun = !refused;
  }
  if (begun) CHECK(phase() != "verified");
  if (begun) site.expect(0, {"migrate", "abort"});
  CHECK(ledger.left_by_migrations() == "");
  CHECK(ledger.left_on_second_host() == "");

  site.expect(0, {"migrate", "start", "--to", "eu", "--hold-cutover", "--max-pause", "4s"});
  {
    const FullDisk full(ledger.host().endpoint);
    writers.await_more(500);
    const auto ended = site.divioctl({"migrate", "cutover"});
    CHECK_MESSAGE(ended.code != 0, ended.text());
    CHECK_MESSAGE(contains(ended.err, "the disk of region eu is full"), ended.text());
    writers.await_more();
  }
  CHECK(ledger.writable_in() == "local");  // while its disk is full a MariaDB does not say what it follows
  CHECK(phase() == "verified");
  Ended last;
  const auto handed_over = [&] { return (last = site.divioctl({"migrate", "cutover", "--max-pause", "10s"})).code == 0; };
  CHECK_MESSAGE(comes_true(handed_over, 2min), last.text());
  CHECK(ledger.writable_in() == "eu");
  writers.await_more();
  writers.stop();
  CHECK(writers.failures().empty());
  CHECK(ledger_rows(site) == writers.acknowledged());
  for (const auto* folder : {"files", "notes"}) CHECK(ledger_files(site, folder) == writers.uploaded());
  CHECK(ledger_records(site) == writers.acknowledged());
  site.expect(0, {"migrate", "reverse"});
  site.expect(0, {"migrate", "finalize", "--yes"});
  CHECK(ledger.left_by_migrations() == "");
  CHECK(ledger.left_on_second_host() == "");
}
