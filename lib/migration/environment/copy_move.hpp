// A service that cannot follow: all that it holds is copied while requests wait.
#pragma once

#include "migration/environment/paused_move.hpp"

namespace divio::migration::environment {

class CopyMove final : public PausedMove {
 public:
  CopyMove(const MovedFrom& moved, model::ServiceInstance from, model::ServiceInstance to);

  // So that the application finds something.
  [[nodiscard]] Result<void> copy(Steps& steps) override;
  [[nodiscard]] bool needs_quiet() const override { return true; }

 protected:
  [[nodiscard]] Result<void> settle(const std::stop_token& stop) override;

 private:
  model::ServiceInstance from_;
  model::ServiceInstance to_;
};

}  // namespace divio::migration::environment
