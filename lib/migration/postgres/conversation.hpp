// psql in a server's container that stays open, for the questions of a migration (migration/open_command.hpp).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "migration/open_command.hpp"
#include "migration/postgres/side.hpp"

namespace divio::migration::postgres {

// Belongs to one thread. It begins with the first question, and again with the next one after an error.
class Conversation {
 public:
  // The administrator in the side's database. invalid for what is no id of a migration.
  [[nodiscard]] static Result<Conversation> with(const Side& side, std::string_view migration);

  // What psql writes for `script`, in which the names of names() are filled in: rows in lines, tabs between columns. The
  // script goes by standard input, and the server logs nothing of it.
  //   failed      the server refuses: "cannot <doing>", with its words as the hint
  //   unreachable the conversation broke off; what was asked may have been done
  //   timed_out   no answer within `patience`; the same
  [[nodiscard]] Result<std::string> ask(std::string_view script, std::string_view doing,
                                        std::chrono::milliseconds patience = std::chrono::minutes(10));
  // The same for a script with a secret in it.
  [[nodiscard]] Result<std::string> ask(const Secret& script, std::string_view doing);

  // What a question for one boolean is answered.
  [[nodiscard]] Result<bool> holds(std::string_view question, std::string_view doing);

  // Ends it; the next question opens a new one.
  void close() { command_.close(); }

  // A second one with the same database.
  [[nodiscard]] Conversation another() const { return {command_.side(), names_}; }

  [[nodiscard]] const Side& side() const noexcept { return command_.side(); }
  [[nodiscard]] const Names& names() const noexcept { return names_; }

 private:
  Conversation(const Side& side, Names names);

  Names names_;
  OpenCommand command_;
};

}  // namespace divio::migration::postgres
