// What the fake Platform writes down of its calls, and which of them it lets fail.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "divio/requests.hpp"
#include "divio/result.hpp"

namespace divio::fake {

inline std::string variable_of(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

inline void record(const std::string& call, const Target& target, const std::string& request = {}) {
  const auto path = variable_of("FAKE_RECORD");
  if (path.empty()) return;
  std::ofstream(path, std::ios::app) << call << ' ' << target.project << '/' << target.environment << ' '
                                     << target.directory << ' ' << request << '\n';
}

inline std::string with(const Secret& secret) { return secret.empty() ? std::string() : " with " + std::string(secret.reveal()); }

inline Result<void> ready(const std::string& call) {
  if (variable_of("FAKE_FAILURE") != call) return {};
  return Failure(Error{.code = ErrorCode::conflict,
                       .message = "another operation holds shop/test",
                       .hint = "wait for it with --lock-wait 60s",
                       .where = "divio.yaml:3:5"});
}

}  // namespace divio::fake
