#include "migration/open_command.hpp"

#include <fmt/format.h>

#include "services/commands.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::migration {
namespace {

using namespace std::chrono_literals;

constexpr auto look_up = 250ms;

}  // namespace

OpenCommand::OpenCommand(Side side, ports::ExecSpec spec, std::string beginning, int refusal)
    : side_(std::move(side)), spec_(std::move(spec)), beginning_(std::move(beginning)), refusal_(refusal) {}

OpenCommand::~OpenCommand() { close(); }

void OpenCommand::close() {
  if (session_) (void)session_->close_input();
  session_.reset();
}

Result<void> OpenCommand::open() {
  if (session_) return {};
  DIVIO_ASSIGN(session_, side_.place.engine.streams().exec(side_.server.name, spec_));
  return beginning_.empty() ? Result<void>() : session_->write(beginning_);
}

Failure OpenCommand::ended(std::string_view doing, std::string_view complaint) {
  const auto code = session_->exit_code();
  close();
  if (!code) return Failure(code.error());
  auto error = services::failure_of({*code, std::string(complaint)}, doing);
  if (*code != refusal_) error.code = ErrorCode::unreachable;
  return Failure(std::move(error));
}

Result<std::string> OpenCommand::listen(std::string_view end, std::string_view doing, std::chrono::milliseconds patience) {
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

std::string OpenCommand::new_end() { return fmt::format("divio-{}-{}\n", ++asked_, random_hex(8)); }

Result<std::string> OpenCommand::ask(std::string_view question, std::string_view end, std::string_view doing, std::chrono::milliseconds patience) {
  DIVIO_CHECK(open());
  // A command that has ended takes nothing; why it ended is what it says last.
  (void)session_->write(question);
  return listen(end, doing, patience);
}

}  // namespace divio::migration
