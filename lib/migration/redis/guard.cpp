#include "migration/redis/guard.hpp"

#include <fmt/format.h>

#include "migration/redis/program.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {
namespace {

std::string guard_name(const Conversation& side) { return "divio-" + side.migration(); }

}  // namespace

Result<void> guard(Conversation& side, int attempt, const Register& decisions, planning::Decision opens_at, std::chrono::milliseconds deadline) {
  const auto& server = side.side().server.name;
  return begin_guard(side.side(), {guard_name(side), fmt::format("server '{}'", server), opening_program(), {side.migration()}}, attempt, decisions,
                     opens_at, deadline);
}

Result<void> end_guard(Conversation& side) {
  DIVIO_TRY(answer, side.ask("end_guard", "end the guard"));
  return {};
}

}  // namespace divio::migration::redis
