// Regions that are far from each other: what arrives later than it can be asked for.
#include <doctest/doctest.h>

#include "e2e/ledger.hpp"
#include "e2e/ledger_site.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;

namespace {

// That long there and back, between the test's two hosts.
class Distance {
 public:
  Distance(std::string other, std::chrono::milliseconds time) : words_{DIVIO_SOURCE_DIR "/tests/testbed/distance.sh", "start", needed_variable("DIVIO_TEST_ADDRESS"), std::move(other)} {
    auto start = words_;
    start.push_back(std::to_string(time.count()));
    const auto ended = run({start, {}});
    REQUIRE_MESSAGE(ended.code == 0, ended.text());
  }
  ~Distance() {
    words_[1] = "stop";
    run({words_, {}});
  }
  Distance(const Distance&) = delete;
  Distance& operator=(const Distance&) = delete;

 private:
  Words words_;
};

}  // namespace

TEST_CASE("between hosts that are 50 ms apart an application that writes all the time is rehearsed and moves there and back, and no request fails") {
  const Ledger ledger(18555);
  const auto& site = ledger.site();
  const Distance distance(ledger.host().address, 50ms);
  LedgerWriters writers(site, {8, 5ms, 40});
  writers.await_more(300);
  CHECK(site.answer({"migrate", "rehearse", "--to", "eu", "--path", "/count", "--keep"})["kept"] == true);
  for (const char* act : {"cutover", "reverse", "reverse"}) {
    site.expect(0, {"migrate", act});
    writers.await_more(300);
  }
  site.expect(0, {"migrate", "finalize", "--yes"});
  writers.stop();
  check_every_write_counts(site, writers);
  CHECK(ledger.left_by_migrations() == "");
}
