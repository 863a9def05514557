#include "migration/mariadb/conversation.hpp"

#include <fmt/format.h>

#include "migration/mariadb/scripts.hpp"
#include "migration/numbers.hpp"
#include "services/server_container.hpp"
#include "support/try.hpp"

namespace divio::migration::mariadb {
namespace {

constexpr int refused_statement = 1;  // what the client ends with, also where it lost the server

ports::ExecSpec client(const services::Server& server) { return services::administration(server, {"mariadb", "--batch", "--unbuffered", "--user=root"}); }

// https://mariadb.com/kb/en/mariadb-error-code-reference/, and those of scripts.hpp.
ErrorCode meaning_of(int number) {
  switch (number) {
    case 30001: return ErrorCode::conflict;
    case 30002: case 1049: case 1146: case 1305: return ErrorCode::refused;
    case 30003: case 1053: case 1927: case 2002: case 2006: case 2013: return ErrorCode::unreachable;
    case 30004: return ErrorCode::timed_out;
    default: return ErrorCode::failed;
  }
}

}  // namespace

Error explained(Error error) {
  constexpr std::string_view word = "ERROR ";
  if (error.code != ErrorCode::failed) return error;
  if (const auto at = error.hint.find(word); at != std::string::npos) error.code = meaning_of(number_in<int>(std::string_view(error.hint).substr(at + word.size())));
  return error;
}

Result<Conversation> Conversation::with(const Side& side, std::string_view migration) {
  DIVIO_TRY(names, names_of(migration, side.instance));
  return Conversation(side, std::move(names));
}

Conversation::Conversation(const Side& side, Names names)
    : names_(std::move(names)), command_(side, client(side.server), std::string(session_script()), refused_statement) {}

Result<std::string> Conversation::ask(std::string_view script, std::string_view doing, std::chrono::milliseconds patience) {
  const auto end = command_.new_end();
  const auto word = end.substr(0, end.size() - 1);
  auto answer = command_.ask(fmt::format("{}\nSELECT '{}' AS `{}`;\n", named(script, names_), word, word), fmt::format("{0}\n{0}\n", word), doing, patience);
  if (!answer) return Failure(explained(std::move(answer).error()));
  return answer;
}

Result<void> Conversation::act(std::string_view script, std::string_view doing) {
  DIVIO_TRY(answer, ask(fmt::format("CALL {{schema}}.acquire('{{migration}}');\n{}\nDO RELEASE_LOCK('{{schema}}');", script), doing));
  return {};
}

}  // namespace divio::migration::mariadb
