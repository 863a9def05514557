// A service that cannot follow: all that it holds is copied while requests wait.
#pragma once

#include "migration/environment/service_move.hpp"

namespace divio::migration::environment {

// Nobody but its application knows its password, so nothing else keeps writers away. What was done is remembered here only, so that
// whoever comes anew does it again.
class CopyMove : public ServiceMove {
 public:
  CopyMove(const MovedFrom& moved, model::ServiceInstance from, model::ServiceInstance to);

  // So that the application finds something.
  [[nodiscard]] Result<void> copy(Steps& steps) override;
  [[nodiscard]] Result<SeenService> look(const ServiceAttempt& attempt) override;
  [[nodiscard]] Result<void> act(const ServiceAttempt& attempt, planning::Act act, const std::stop_token& stop) override;
  [[nodiscard]] bool needs_quiet() const override { return true; }

 protected:
  // Nobody writes any more: makes both sides the same.
  [[nodiscard]] virtual Result<void> settle(const std::stop_token& stop);

  MovedFrom moved_;
  model::ServiceInstance from_;
  model::ServiceInstance to_;

 private:
  bool fenced_ = false;
  bool over_ = false;
  bool open_ = false;
};

}  // namespace divio::migration::environment
