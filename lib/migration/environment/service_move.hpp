// A service's part in a move: what is done with its data from the first copy until both sides are compared at the end. One
// class for each way in which data move; service_moves() knows which one a service takes.
//
// The objects are about one direction: from where the environment is served to where it would be after a hand-over. A call that
// failed or was cut short can be made again, by another object too. One thread at a time for each.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "divio/migrations.hpp"
#include "migration/environment/steps.hpp"
#include "migration/environment/two_regions.hpp"
#include "migration/guard.hpp"
#include "model/migration.hpp"
#include "planning/cut_over.hpp"

namespace divio::migration::environment {

// An attempt to hand over (planning/cut_over.hpp), as services see it.
struct ServiceAttempt {
  int number = 0;
  std::chrono::milliseconds pause{2000};     // for which requests may wait
  std::chrono::milliseconds deadline{7000};  // from its beginning until guards act
  Register decisions = {};         // where its word can be read from either side
};

struct SeenService {
  planning::SeenHandOver hand_over;
  bool begun = true;  // both sides' data know of the attempt, and that it goes on
  bool ended = true;  // both know that it has ended
};

// What a cut-over would take of the time for which requests wait.
struct RehearsedService {
  std::optional<double> arrival_ms = {};  // how long what is written takes until it is on the other side; absent: it does not follow
  double pass_ms = 0;                     // how long it takes to bring what has changed
  double copy_ms = 0;                     // and to copy all of what cannot follow, and to compare it
};

class ServiceMove {
 public:
  explicit ServiceMove(std::string prefix) : prefix_(std::move(prefix)) {}
  virtual ~ServiceMove() = default;
  ServiceMove(const ServiceMove&) = delete;
  ServiceMove& operator=(const ServiceMove&) = delete;

  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }

  // Begins to bring the data over; then brings them, and closes the other side to its application where that side follows.
  [[nodiscard]] virtual Result<void> begin_copying(Steps& steps);
  [[nodiscard]] virtual Result<void> copy(Steps& steps) = 0;

  // What takes long and can be done before requests wait. catch_up() comes last and is of use for a short time only: whether there
  // was something to bring that grows with time.
  [[nodiscard]] virtual Result<void> prepare(Steps& steps);
  [[nodiscard]] virtual Result<bool> catch_up(Steps& steps);

  // Both sides' data get to know of the attempt, with a guard on either where one is of use; and that it has ended.
  [[nodiscard]] virtual Result<void> begin_attempt(const ServiceAttempt& attempt);
  [[nodiscard]] virtual Result<void> end_attempt(const ServiceAttempt& attempt);
  [[nodiscard]] virtual Result<SeenService> look(const ServiceAttempt& attempt) = 0;
  // A step of the attempt that is about a service. bug for one that this kind has no use for.
  [[nodiscard]] virtual Result<void> act(const ServiceAttempt& attempt, planning::Act act, const std::stop_token& stop) = 0;

  // Refused where what the other side holds is in the middle of being brought. Asks that side only, before it is to take over.
  [[nodiscard]] virtual Result<void> check_whole();
  // The side that serves is gone: the other one goes on by itself, with what has arrived there. Asks that other one only.
  [[nodiscard]] virtual Result<void> take_over(const ServiceAttempt& attempt, Steps& steps);

  // Whether everybody who may write has to be gone before its data are handed over, WebSockets too. Else a fence refuses what they
  // write, or it is brought afterwards.
  [[nodiscard]] virtual bool needs_quiet() const { return false; }
  // After a commit: what was written in the last moment. Nothing depends on it.
  virtual void bring_late(Steps&) {}
  // What both sides held when they were compared while requests waited; null where they were not.
  [[nodiscard]] virtual const model::ComparedService* compared() const { return nullptr; }
  // What the migration has to know of it for later objects.
  virtual void remember(model::Migration&) const {}

  // Compares both sides while the environment serves; nothing where that cannot be done. `arrived`: the other side should lack nothing,
  // since nobody else has written there yet.
  [[nodiscard]] virtual Result<std::optional<model::ComparedService>> compare(bool arrived, const std::stop_token& stop);
  [[nodiscard]] virtual Result<RehearsedService> rehearse(const std::stop_token& stop);
  // How far the copying is, for one that follows; left as it is where that is not known.
  virtual void add_progress(MigrationServiceView&) {}

 private:
  std::string prefix_;
};

using ServiceMoves = std::vector<std::unique_ptr<ServiceMove>>;

// The services of a migration. `stop` ends what takes long, as a step of an attempt must not be: leave it out there.
[[nodiscard]] Result<ServiceMoves> service_moves(TwoRegions& regions, const model::Migration& migration, Side from, const std::stop_token& stop = {});

// Removes what the migration made in the services of one side; those of a side that does not serve need not be there any more.
[[nodiscard]] Result<void> clean_services(TwoRegions& regions, const model::Migration& migration, Side side, const std::stop_token& stop);

// What each class is made of. Keeps references.
struct MovedFrom {
  TwoRegions& regions;
  const model::Migration& migration;
  Side from = Side::source;

  [[nodiscard]] controller::Runtime& here() const { return regions.at(from); }
  [[nodiscard]] controller::Runtime& there() const { return regions.at(relay::other(from)); }
  // For differences: "in region ch".
  [[nodiscard]] std::string in_there() const { return migration.within(from == Side::source); }
};

}  // namespace divio::migration::environment
