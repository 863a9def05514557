// What a move tells while it works.
#pragma once

#include <functional>
#include <string>

#include "controller/operation_run.hpp"
#include "divio/events.hpp"

namespace divio::migration::environment {

// Keeps references. Safe from several threads, but for two steps of one id.
class Steps {
 public:
  Steps(controller::OperationRun& run, const controller::Runtime& runtime) : run_(run), runtime_(runtime) {}

  // Tells `act` as a step, and what the migration's journal says of it.
  [[nodiscard]] Result<void> step(const std::string& id, std::string description, const std::function<Result<void>()>& act);
  void tell(const Event& event) { run_.tell(event); }

  [[nodiscard]] std::stop_token stop() const { return run_.stop(); }
  [[nodiscard]] Error stop_reason() const { return run_.stop_reason(); }

 private:
  controller::OperationRun& run_;
  const controller::Runtime& runtime_;
};

}  // namespace divio::migration::environment
