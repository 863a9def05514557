// What can die around a move of an application that is written to all the time, and what has to hold whatever does.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crash/own_engine.hpp"
#include "e2e/ledger.hpp"
#include "e2e/stray_writers.hpp"

namespace divio::live {

// Both hosts are the test's own.
struct Ground {
  // One for tests of a program that leave it as it was at first; the last one takes and ends it.
  static std::unique_ptr<Ground>& shared();

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
  explicit Writing(const Ground& ground, LedgerWriters::Pace pace = {});

  [[nodiscard]] LedgerWriters& visitors() { return *visitors_; }

  void end_moment();
  void stop();

 private:
  void begin();
  void check_promises() const;

  const Ground& ground_;
  LedgerWriters::Pace pace_;
  std::unique_ptr<LedgerWriters> visitors_;
  std::unique_ptr<StrayWriters> strays_;
  int moments_ = 0;
};

struct Harm {
  std::string what;
  std::function<void(const Ground&)> act;
};

// A server, an ingress and an engine of either region, and the network between them.
[[nodiscard]] const std::vector<Harm>& harms();
[[nodiscard]] const Harm& harm(std::string_view what);
inline constexpr auto* network_cut = "the network, for 8 s";

// Tried for two minutes.
[[nodiscard]] bool succeeds(const Ground& ground, const Words& words);

// One side is written, and it is the one that serves.
void check_one_side(const Ground& ground);

// A line of the table in docs/migration.md, and why it took as long.
void tell(const Harm& harm, const std::string& moment, const LedgerWriters& writers, std::chrono::steady_clock::time_point since);

}  // namespace divio::live
