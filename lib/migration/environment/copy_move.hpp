// A service that cannot follow: all that it holds is copied while requests wait.
#pragma once

#include "migration/environment/paused_move.hpp"

namespace divio::migration::environment {

class CopyMove final : public PausedMove {
 public:
  CopyMove(const MovedFrom& moved, model::ServiceInstance from, model::ServiceInstance to);

  // So that the application finds something.
  [[nodiscard]] Result<void> copy(Steps& steps) override;
  // Copies once more; what is written meanwhile is no difference.
  [[nodiscard]] Result<RehearsedService> rehearse(const std::stop_token& stop) override;
  [[nodiscard]] bool needs_quiet() const override { return true; }
  [[nodiscard]] const model::ComparedService* compared() const override { return compared_ ? &*compared_ : nullptr; }

 protected:
  // Copies, and compares both sides: failed where they differ, for one of them was written to all the same, or not all has come over.
  [[nodiscard]] Result<void> settle(const std::stop_token& stop) override;

 private:
  [[nodiscard]] Result<void> bring(const std::stop_token& stop) { return moved_.regions.copy(from_, to_, moved_.from, stop); }
  [[nodiscard]] Result<void> look_at_both(const std::stop_token& stop);

  model::ServiceInstance from_;
  model::ServiceInstance to_;
  std::optional<model::ComparedService> compared_;
};

}  // namespace divio::migration::environment
