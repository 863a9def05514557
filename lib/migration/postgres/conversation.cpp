#include "migration/postgres/conversation.hpp"

#include <fmt/format.h>

#include "services/server_container.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

// No guard of the database's settings is for this session, and no statement with a password gets into a log.
constexpr std::string_view conversation_settings = R"(SET client_min_messages = warning;
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET default_transaction_read_only = off;
SET search_path = pg_catalog;
)";

// What psql ends with where a statement failed; where it lost the server it is 2.
constexpr int refused_statement = 3;

ports::ExecSpec psql(const services::Server& server, const Names& names) {
  return services::administration(server, {"psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d",
                                           names.database});
}

}  // namespace

Result<Conversation> Conversation::with(const Side& side, std::string_view migration) {
  DIVIO_TRY(names, names_of(migration, side.instance));
  return Conversation(side, std::move(names));
}

Conversation::Conversation(const Side& side, Names names)
    : names_(std::move(names)), command_(side, psql(side.server, names_), std::string(conversation_settings), refused_statement) {}

Result<std::string> Conversation::ask(std::string_view script, std::string_view doing, std::chrono::milliseconds patience) {
  const auto end = command_.new_end();
  return command_.ask(fmt::format("{}\n\\echo {}", named(script, names_), end), end, doing, patience);
}

Result<std::string> Conversation::ask(const Secret& script, std::string_view doing) {
  return ask(std::string_view(script.reveal()), doing);
}

Result<bool> Conversation::holds(std::string_view question, std::string_view doing) {
  DIVIO_TRY(answer, ask(question, doing));
  return trim(answer) == "t";
}

}  // namespace divio::migration::postgres
