// The client `mariadb` in a server's container that stays open, for the questions of a migration (migration/open_command.hpp).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "migration/mariadb/names.hpp"
#include "migration/open_command.hpp"

namespace divio::migration::mariadb {

// Belongs to one thread. It begins with the first question, and again with the next one after an error, which releases what it had
// acquired.
class Conversation {
 public:
  // The administrator of the side's server. invalid for what is no id of a migration.
  [[nodiscard]] static Result<Conversation> with(const Side& side, std::string_view migration);

  // What the client writes for `script`, in which the names of named() are filled in: for a query a line of names and one for each
  // row, tabs between columns, or "name: value" in lines where it ends with \G. The script goes by standard input; a statement that
  // fails is shown, so nothing secret may be in one that can.
  //   failed      the server refuses: "cannot <doing>", with its words as the hint
  //   refused     the side is not prepared for this migration
  //   conflict    the attempt is over here, or what the side is does not go with what it is to do
  //   unreachable the conversation broke off; what was asked may have been done
  //   timed_out   no answer within `patience`; the same. Or sessions that were ended do not go
  [[nodiscard]] Result<std::string> ask(std::string_view script, std::string_view doing,
                                        std::chrono::milliseconds patience = std::chrono::minutes(10));

  // The same for what acts: under the lock, which is released at the end.
  [[nodiscard]] Result<void> act(std::string_view script, std::string_view doing);

  // Ends it; the next question opens a new one.
  void close() { command_.close(); }

  // A second one with the same server.
  [[nodiscard]] Conversation another() const { return {command_.side(), names_}; }

  [[nodiscard]] const Side& side() const noexcept { return command_.side(); }
  [[nodiscard]] const Names& names() const noexcept { return names_; }

 private:
  Conversation(const Side& side, Names names);

  Names names_;
  OpenCommand command_;
};

// What a failed script of the client means, by the server's words.
[[nodiscard]] Error explained(Error error);

}  // namespace divio::migration::mariadb
