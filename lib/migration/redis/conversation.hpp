// A shell in the container of a Redis server that stays open, and in which the program of program.hpp answers the questions of
// a migration (migration/open_command.hpp).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "divio/secret.hpp"
#include "migration/open_command.hpp"

namespace divio::migration::redis {

using migration::Peer;
using migration::Side;

// Belongs to one thread. It begins with the first question, and again with the next one after an error.
class Conversation {
 public:
  // The administrator of the side's server. invalid for what is no id of a migration: 1 to 24 of a-z, 0-9 and '-'.
  [[nodiscard]] static Result<Conversation> with(const Side& side, std::string_view migration);

  // What a function of the program answers: `question` is its name without "answer_", and its words, with blanks between. It goes
  // by standard input.
  //   failed      the server refuses: "cannot <doing>", with its words as the hint
  //   refused     the side is not prepared for this migration
  //   conflict    the attempt is over here, or what the side is does not go with what it is to do
  //   unreachable the server or the conversation broke off; what was asked may have been done
  //   timed_out   no answer within `patience`; the same
  //   cancelled   the place was told to stop; the same
  [[nodiscard]] Result<std::string> ask(std::string_view question, std::string_view doing,
                                        std::chrono::milliseconds patience = std::chrono::minutes(2));
  // The same for a question with a secret in it.
  [[nodiscard]] Result<std::string> ask(const Secret& question, std::string_view doing);

  // Ends it; the next question opens a new one.
  void close() { command_.close(); }

  // A second one with the same server.
  [[nodiscard]] Conversation another() const { return {command_.side(), migration_}; }

  [[nodiscard]] const Side& side() const noexcept { return command_.side(); }
  [[nodiscard]] const std::string& migration() const noexcept { return migration_; }

 private:
  Conversation(const Side& side, std::string migration);

  std::string migration_;
  OpenCommand command_;
};

// The same questions where nothing is to stay open: one command in the container. Not for secrets.
[[nodiscard]] Result<std::string> ask_once(const Side& side, std::string_view migration, std::string_view question, std::string_view doing);

}  // namespace divio::migration::redis
