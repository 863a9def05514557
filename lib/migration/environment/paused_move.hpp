// What does not follow: both sides are made the same while requests wait.
#pragma once

#include "migration/environment/service_move.hpp"

namespace divio::migration::environment {

// Nobody but its application knows its password, so nothing else keeps writers away. What was done is remembered here only, so that
// whoever comes anew does it again.
class PausedMove : public ServiceMove {
 public:
  PausedMove(const MovedFrom& moved, std::string prefix) : ServiceMove(std::move(prefix)), moved_(moved) {}

  [[nodiscard]] Result<SeenService> look(const ServiceAttempt& attempt) override;
  [[nodiscard]] Result<void> act(const ServiceAttempt& attempt, planning::Act act, const std::stop_token& stop) override;

 protected:
  // Nobody writes any more: makes both sides the same.
  [[nodiscard]] virtual Result<void> settle(const std::stop_token& stop) = 0;

  MovedFrom moved_;

 private:
  bool fenced_ = false;
  bool over_ = false;
  bool open_ = false;
};

}  // namespace divio::migration::environment
