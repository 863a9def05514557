#include "migration/redis/conversation.hpp"

#include <fmt/format.h>

#include "migration/server_texts.hpp"
#include "migration/numbers.hpp"
#include "migration/redis/program.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {
namespace {

// What the program's codes mean.
ErrorCode meaning_of(int code) {
  switch (code) {
    case 2: return ErrorCode::unreachable;
    case 3: return ErrorCode::conflict;
    case 4: return ErrorCode::refused;
    case 5: return ErrorCode::timed_out;
    default: return ErrorCode::failed;
  }
}

ports::ExecSpec shell(const services::Server& server, const std::string& migration) {
  return services::administration(server, {"bash", "-c", conversation_program(), "divio", migration});
}

// An answer ends with its code in a line.
Result<std::string> read_answer(std::string answer, std::string_view doing) {
  const auto text = trim(answer);
  const auto at = text.rfind('\n');
  const auto code = number_in<int>(at == std::string_view::npos ? text : text.substr(at + 1));
  answer = std::string(trim(at == std::string_view::npos ? std::string_view() : text.substr(0, at)));
  if (code == 0) return answer;
  auto error = services::failure_of({code, answer}, doing);
  error.code = meaning_of(code);
  return Failure(std::move(error));
}

}  // namespace

Result<Conversation> Conversation::with(const Side& side, std::string_view migration) {
  DIVIO_CHECK(check_id(migration));
  return Conversation(side, std::string(migration));
}

Conversation::Conversation(const Side& side, std::string migration)
    : migration_(std::move(migration)), command_(side, shell(side.server, migration_), {}, 1) {}

Result<std::string> Conversation::ask(std::string_view question, std::string_view doing, std::chrono::milliseconds patience) {
  const auto end = command_.new_end();
  DIVIO_TRY(answer, command_.ask(fmt::format("{} {}\n", trim(end), question), end, doing, patience));
  return read_answer(std::move(answer), doing);
}

Result<std::string> Conversation::ask(const Secret& question, std::string_view doing) { return ask(std::string_view(question.reveal()), doing); }

Result<std::string> ask_once(const Side& side, std::string_view migration, std::string_view question, std::string_view doing) {
  DIVIO_CHECK(check_id(migration));
  const auto asked = Secret(fmt::format("end {}\n", question));
  DIVIO_TRY(answer, services::run_script(side.place, side.server.name, {shell(side.server, std::string(migration)), asked, std::string(doing)}));
  constexpr std::string_view end = "end\n";
  if (!answer.ends_with(end)) return fail(ErrorCode::unreachable, fmt::format("cannot {}: server '{}' broke off", doing, side.server.name), "run this again");
  answer.resize(answer.size() - end.size());
  return read_answer(std::move(answer), doing);
}

}  // namespace divio::migration::redis
