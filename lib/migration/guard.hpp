// The guard of a service's data in the pause: a program in its server's container that opens it to writers by itself, should
// whoever moves it vanish. It outlives the process that began it, but not the container.
//
// Until its deadline it does nothing. From then on it asks the register, where the decision is kept, by HTTP, five times a
// second, until the answer's body is "committed" or "aborted"; as long as it is anything else, "open" for example, or
// nobody answers, it goes on asking. What it opens the data at is `opens_at`: "aborted" on the source, "committed" on
// the target. At the other word it ends and leaves all as it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migration/side.hpp"
#include "planning/cut_over.hpp"

namespace divio::migration {

// Where the decision can be read from within the server's container: letters, digits and "-._~/:" only, else invalid.
struct Register {
  std::string host;
  std::uint16_t port = 80;
  std::string path = "/";
};

// What a guard watches over, and how it opens that.
struct Guarded {
  std::string name;                // of the guard; no other of the server has it: letters, digits, '-' and '_'
  std::string what;                // for messages: "database d1"
  std::string opening;             // for bash, in which $attempt is the attempt; succeeds when the data is open
  std::vector<std::string> words;  // $1 and on there
};

// Begins it, or gives the one that is there a new deadline from now, by the container's clock, and this attempt and this
// register. At the end it is gone, and can be begun again. No process's arguments show where it asks. `opens_at`: committed
// or aborted, else invalid. Errors are those of services::run_script.
[[nodiscard]] Result<void> begin_guard(const Side& side, const Guarded& guarded, int attempt, const Register& decisions,
                                       planning::Decision opens_at, std::chrono::milliseconds deadline);

// Whether a guard in that server's container could read the word that is open there; unreachable where it could not.
[[nodiscard]] Result<void> check_register_from(const Side& side, const Register& decisions);

// The program, for bash. Its words: name, opening, and the opening's own. Pure.
[[nodiscard]] std::string guard_program();

// Commands for a shell in the container. Pure.
// Ends it; within a fifth of a second it does nothing any more.
[[nodiscard]] std::string guard_removal(std::string_view name);
// Writes "guard NAME" where there is one.
[[nodiscard]] std::string guard_search(std::string_view name);

}  // namespace divio::migration
