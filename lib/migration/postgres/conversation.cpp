#include "migration/postgres/conversation.hpp"

#include <fmt/format.h>

#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

using namespace std::chrono_literals;

constexpr auto look_up = 250ms;

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

}  // namespace

Result<Conversation> Conversation::with(Side side, std::string_view migration) {
  DIVIO_TRY(names, names_of(migration, side.instance));
  return Conversation(std::move(side), std::move(names));
}

Conversation::~Conversation() { close(); }

void Conversation::close() {
  if (session_) (void)session_->close_input();
  session_.reset();
}

Result<void> Conversation::open() {
  if (session_) return {};
  const auto spec = services::administration(side_.server, {"psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-U",
                                                            "postgres", "-d", names_.database});
  DIVIO_ASSIGN(session_, side_.place.engine.streams().exec(side_.server.name, spec));
  return session_->write(conversation_settings);
}

Failure Conversation::ended(std::string_view doing, std::string_view complaint) {
  const auto code = session_->exit_code();
  close();
  if (!code) return Failure(code.error());
  // What psql ends with where a statement failed: 3; where it lost the server: 2.
  auto error = services::failure_of({*code, std::string(complaint)}, doing);
  if (*code != 3) error.code = ErrorCode::unreachable;
  return Failure(std::move(error));
}

Result<std::string> Conversation::listen(const std::string& end, std::string_view doing, std::chrono::milliseconds patience) {
  std::string answer;
  std::string complaint;
  const auto give_up = side_.place.clock.now() + patience;
  while (true) {
    auto chunk = session_->read(look_up);
    const bool late = !chunk && chunk.error().code == ErrorCode::timed_out;
    if (!chunk && !late) {
      close();
      return Failure(std::move(chunk).error());
    }
    if (side_.place.stop.stop_requested()) {
      close();
      return fail(ErrorCode::cancelled, fmt::format("it was broken off while it was to {}", doing), "run this again");
    }
    if (late && side_.place.clock.now() >= give_up) {
      close();
      return fail(ErrorCode::timed_out, fmt::format("cannot {}: server '{}' does not answer", doing, side_.server.name), "run this again");
    }
    if (late) continue;
    if (!*chunk) return ended(doing, complaint);
    ((*chunk)->output == ports::Output::err ? complaint : answer) += (*chunk)->bytes;
    if (!answer.ends_with(end)) continue;
    answer.resize(answer.size() - end.size());
    return answer;
  }
}

Result<std::string> Conversation::ask(std::string_view script, std::string_view doing, std::chrono::milliseconds patience) {
  DIVIO_CHECK(open());
  const auto end = fmt::format("divio-{}-{}\n", ++asked_, random_hex(8));
  // A conversation that has ended takes nothing; why it ended is what it says last.
  (void)session_->write(fmt::format("{}\n\\echo {}", named(script, names_), end));
  return listen(end, doing, patience);
}

Result<std::string> Conversation::ask(const Secret& script, std::string_view doing) {
  return ask(std::string_view(script.reveal()), doing);
}

Result<bool> Conversation::holds(std::string_view question, std::string_view doing) {
  DIVIO_TRY(answer, ask(question, doing));
  return trim(answer) == "t";
}

}  // namespace divio::migration::postgres
