#include "migration/redis/guard.hpp"

#include <fmt/format.h>

#include "migration/redis/program.hpp"
#include "support/text.hpp"
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

Result<void> renew_guard(Conversation& side, std::chrono::milliseconds deadline) {
  DIVIO_TRY(answer, side.ask(fmt::format("shell {}", guard_renewal(guard_name(side), deadline)), "renew the guard"));
  if (trim(answer).empty()) return {};
  return fail(ErrorCode::not_found, fmt::format("the guard of server '{}' has ended", side.side().server.name), "see what it has decided");
}

Result<void> end_guard(Conversation& side) {
  DIVIO_TRY(answer, side.ask("shell " + guard_removal(guard_name(side)), "end the guard"));
  return {};
}

}  // namespace divio::migration::redis
