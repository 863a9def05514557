// A client of the tenant's whose session stays open.
#pragma once

#include <memory>
#include <string>

#include "ports/streams.hpp"

namespace divio::test {

class Talk {
 public:
  explicit Talk(std::unique_ptr<ports::Session> session);
  ~Talk();
  Talk(Talk&&) noexcept = default;
  Talk& operator=(Talk&&) = delete;

  // Whether the statement was done. False too where the session has ended.
  bool say(const std::string& statement);
  // What it was answered.
  std::string hear(const std::string& question);
  // Without waiting for the answer, which the next say() gets.
  void begin(const std::string& statement);

 private:
  std::unique_ptr<ports::Session> session_;
  std::string heard_;
};

}  // namespace divio::test
