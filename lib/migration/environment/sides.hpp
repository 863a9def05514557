// The two sides of one attempt to hand an environment over, as they are: ingresses, engines and databases
// (planning/cut_over.hpp has the decisions).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "controller/operation_run.hpp"
#include "migration/attempt.hpp"
#include "migration/environment/files.hpp"
#include "migration/environment/two_regions.hpp"
#include "migration/postgres/moving.hpp"
#include "ports/decisions.hpp"
#include "ports/traffic.hpp"

namespace divio::migration::environment {

// A database that is handed over: where it is written until then, and where from then on.
struct MovingDatabase {
  std::string prefix;
  postgres::Conversation from;
  postgres::Conversation to;
};

// A service that does not follow: copied while requests wait, or of files what has changed since the pass before. Nobody but its application knows its password, so nothing
// else keeps writers away. What was done is remembered here only, so that whoever comes anew does it again.
struct CopiedService {
  model::ServiceInstance from;
  model::ServiceInstance to;
  bool fenced = false;
  bool over = false;
  bool open = false;
  MovingFiles files = {};

  [[nodiscard]] bool is_files() const { return from.type == model::ServiceType::media; }
};

// What an attempt is carried out with. Keeps references.
struct AttemptParts {
  TwoRegions& regions;
  controller::OperationRun& run;
  const model::Migration& migration;
  int number = 0;
  Side from = Side::source;
  std::chrono::milliseconds pause{2000};
  std::vector<MovingDatabase> databases = {};
  std::vector<CopiedService> copies = {};

  [[nodiscard]] Side to() const { return relay::other(from); }
  [[nodiscard]] std::string id() const { return migration.id + "." + std::to_string(number); }
  [[nodiscard]] postgres::Direction stream() const { return from == Side::source ? postgres::Direction::forward : postgres::Direction::backward; }
  [[nodiscard]] postgres::Direction way_back() const { return from == Side::source ? postgres::Direction::backward : postgres::Direction::forward; }
  // From the beginning of an attempt until guards act.
  [[nodiscard]] std::chrono::milliseconds deadline() const { return pause + std::chrono::seconds(5); }
};

// Opens the conversations with the databases.
[[nodiscard]] Result<std::vector<MovingDatabase>> moving_databases(TwoRegions& regions, const model::Migration& migration, Side from,
                                                                   const std::stop_token& stop = {});

// The first of some numbers of markers that are far from those of attempts, and others each time: each takes more than a millisecond.
[[nodiscard]] std::uint64_t free_marker(const ports::Clock& clock);

[[nodiscard]] Result<std::vector<CopiedService>> copied_services(TwoRegions& regions, const model::Migration& migration, Side from);

// Where the ingress of a region is reached by others, and with what token requests for this environment are passed on to it.
[[nodiscard]] Result<ports::Forward> forward_to(TwoRegions& regions, const model::Migration& migration, Side side);

// Requests that have to be answered before data is handed over. A WebSocket may stay open where every service follows, for the fence
// refuses what it writes, and with media files, of which what is late is brought afterwards. Of what is copied nothing may be late.
[[nodiscard]] int unanswered(const AttemptParts& parts, const ports::TrafficState& state);

class RealSides final : public Sides {
 public:
  explicit RealSides(AttemptParts& parts) : parts_(parts) {}
  [[nodiscard]] Result<planning::SeenCutOver> look() override;
  [[nodiscard]] Result<planning::Decision> decision() override;
  [[nodiscard]] Result<void> act(const std::vector<planning::CutOverStep>& steps, std::stop_token stop) override;

 private:
  [[nodiscard]] Result<void> act(const planning::CutOverStep& step, const std::stop_token& stop);

  AttemptParts& parts_;
  // What no look can tell, so that whoever comes anew does it again.
  bool guards_begun_ = false;
  bool guards_ended_ = false;
};

// One step, as often as it is called.
[[nodiscard]] Result<void> act_for_all(AttemptParts& parts, planning::Act act, const std::stop_token& stop);
[[nodiscard]] Result<void> act_for(AttemptParts& parts, MovingDatabase& database, planning::Act act);
[[nodiscard]] Result<void> act_for(AttemptParts& parts, CopiedService& service, planning::Act act, const std::stop_token& stop);

}  // namespace divio::migration::environment
