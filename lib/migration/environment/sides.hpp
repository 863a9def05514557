// The two sides of one attempt to hand an environment over, as they are: ingresses, engines and services
// (planning/cut_over.hpp has the decisions).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "controller/operation_run.hpp"
#include "migration/attempt.hpp"
#include "migration/environment/service_move.hpp"
#include "migration/environment/two_regions.hpp"
#include "ports/decisions.hpp"
#include "ports/traffic.hpp"

namespace divio::migration::environment {

// By what ingresses know an attempt.
[[nodiscard]] inline std::string way_id(const model::Migration& migration) { return migration.id + ".way"; }
[[nodiscard]] inline std::string attempt_id(const model::Migration& migration, int number) { return migration.id + "." + std::to_string(number); }

// What an attempt is carried out with. Keeps references.
struct AttemptParts {
  TwoRegions& regions;
  controller::OperationRun& run;
  const model::Migration& migration;
  int number = 0;
  Side from = Side::source;
  std::chrono::milliseconds pause{2000};
  ServiceMoves& services;
  std::string register_host;  // of the side that serves, for servers: register_host_of()

  [[nodiscard]] Side to() const { return relay::other(from); }
  [[nodiscard]] std::string id() const { return attempt_id(migration, number); }
  // From the beginning of an attempt until guards act.
  [[nodiscard]] std::chrono::milliseconds deadline() const { return pause + std::chrono::seconds(5); }
  [[nodiscard]] ServiceAttempt for_services() const;
};

// Where the ingress of a region is reached by others, and with what token requests for this environment are passed on to it.
[[nodiscard]] Result<ports::Forward> forward_to(TwoRegions& regions, const model::Migration& migration, Side side);

// Where servers find the register of a region's ingress. Within a region it is the gateway of the environment's network, which is the host.
[[nodiscard]] Result<std::string> register_host_of(TwoRegions& regions, const model::Migration& migration, Side side);

// Requests that have to be answered before data is handed over. A WebSocket may stay open where no service needs it to be over.
[[nodiscard]] int unanswered(const AttemptParts& parts, const ports::TrafficState& state);

class RealSides final : public Sides {
 public:
  explicit RealSides(AttemptParts& parts) : parts_(parts) {}
  [[nodiscard]] Result<planning::SeenCutOver> look() override;
  [[nodiscard]] Result<planning::Decision> decision() override;
  [[nodiscard]] Result<void> act(const std::vector<planning::CutOverStep>& steps, std::stop_token stop) override;

  // Why what works beside requests does not run where it should by now. An attempt ends without it: requests are served all the same.
  [[nodiscard]] const std::optional<Error>& background_trouble() const { return background_trouble_; }

 private:
  [[nodiscard]] Result<void> act(const planning::CutOverStep& step, const std::stop_token& stop);
  [[nodiscard]] Result<void> start_background(planning::Act act, const std::stop_token& stop);

  AttemptParts& parts_;
  // What no look can tell, so that whoever comes anew does it again.
  bool guards_begun_ = false;
  bool guards_ended_ = false;
  std::optional<Error> background_trouble_ = {};
};

// A step that is about no service, as often as it is called.
[[nodiscard]] Result<void> act_for_all(AttemptParts& parts, planning::Act act, const std::stop_token& stop);

}  // namespace divio::migration::environment
