// The guard of a database in the pause: a program in its server's container that opens it to writers by itself, should
// whoever moves it vanish. It outlives the process that began it, but not the container.
//
// Until its deadline it does nothing. From then on it asks the register, where the decision is kept, by HTTP, five times a
// second, until the answer's body is "committed" or "aborted"; as long as it is anything else, "open" for example, or
// nobody answers, it goes on asking. What it opens the database at is `opens_at`: "aborted" on the source, "committed" on
// the target. At the other word it ends and leaves all as it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "migration/postgres/conversation.hpp"

namespace divio::migration::postgres {

// Where the decision can be read from within the server's container: letters, digits and "-._~/:" only, else invalid.
struct Register {
  std::string host;
  std::uint16_t port = 80;
  std::string path = "/";
};

enum class Decision { committed, aborted };

// Begins it, or gives the one that is there a new deadline from now, by the container's clock, and this attempt and this
// register. At the end it is gone, and can be begun again. No process's arguments show where it asks.
[[nodiscard]] Result<void> guard(Conversation& side, int attempt, const Register& decisions, Decision opens_at, std::chrono::milliseconds deadline);

// Another deadline for one that is there; not_found when it has ended. A question of the conversation, so quick.
[[nodiscard]] Result<void> renew_guard(Conversation& side, std::chrono::milliseconds deadline);

// Ends it; within a fifth of a second it does nothing any more.
[[nodiscard]] Result<void> end_guard(Conversation& side);

// The program, for bash. Its words: the names' role and schema, and the database. And commands of psql that end it, and that write a line where it is there. Pure.
[[nodiscard]] std::string guard_program();
[[nodiscard]] std::string guard_end(const Names& names);
[[nodiscard]] std::string guard_question(const Names& names);

}  // namespace divio::migration::postgres
