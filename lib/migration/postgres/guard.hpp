// The guard of a database in the pause (migration/guard.hpp).
#pragma once

#include <chrono>
#include <string>

#include "migration/guard.hpp"
#include "migration/postgres/conversation.hpp"

namespace divio::migration::postgres {

using migration::Register;
using planning::Decision;

// Begins it, or gives the one that is there a new deadline, as begin_guard() does.
[[nodiscard]] Result<void> guard(Conversation& side, int attempt, const Register& decisions, Decision opens_at, std::chrono::milliseconds deadline);

// Ends it; within a fifth of a second it does nothing any more.
[[nodiscard]] Result<void> end_guard(Conversation& side);

// Commands of psql that end it, and that write a line where it is there. Pure.
[[nodiscard]] std::string guard_end(const Names& names);
[[nodiscard]] std::string guard_question(const Names& names);

}  // namespace divio::migration::postgres
