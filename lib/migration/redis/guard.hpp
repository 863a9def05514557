// The guard of a Redis server in the pause (migration/guard.hpp).
#pragma once

#include <chrono>

#include "migration/guard.hpp"
#include "migration/redis/conversation.hpp"

namespace divio::migration::redis {

using migration::Register;

// Begins it, or gives the one that is there a new deadline, as begin_guard() does. It opens as open() does.
[[nodiscard]] Result<void> guard(Conversation& side, int attempt, const Register& decisions, planning::Decision opens_at,
                                 std::chrono::milliseconds deadline);

// Ends it; within a fifth of a second it does nothing any more.
[[nodiscard]] Result<void> end_guard(Conversation& side);

}  // namespace divio::migration::redis
