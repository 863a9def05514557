#include "services/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/full_disk.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_complaint = 8192;
constexpr std::size_t enough_to_choose = 16;
constexpr auto look_whether_stopped = 250ms;

Failure cancelled() { return fail(ErrorCode::cancelled, "a command of a service was broken off", "run this again"); }

void keep_end(std::string& text, std::string_view more) {
  text += more;
  if (text.size() > longest_complaint) text.erase(0, text.size() - longest_complaint);
}

// A command that is begun as soon as its input is long enough to choose it.
class Command {
 public:
  Command(ports::Engine& engine, const std::string& container, const Choice& choose)
      : engine_(engine), container_(container), choose_(choose) {}

  Result<void> write(std::string_view bytes) {
    if (session_) return put(bytes);
    held_ += bytes;
    return held_.size() < enough_to_choose ? Result<void>() : begin();
  }

  // The end of the input.
  Result<void> close() {
    if (!session_) DIVIO_CHECK(begin());
    if (!refused_) refused_ = !session_->close_input();
    return {};
  }

  [[nodiscard]] ports::Session& session() { return *session_; }
  // It takes no more. If it has ended, it says why by itself.
  [[nodiscard]] bool refused() const { return refused_; }

 private:
  Result<void> begin() {
    DIVIO_ASSIGN(session_, engine_.streams().exec(container_, choose_(held_)));
    return held_.empty() ? Result<void>() : put(held_);
  }

  Result<void> put(std::string_view bytes) {
    auto written = session_->write(bytes);
    refused_ = !written;
    return written;
  }

  ports::Engine& engine_;
  const std::string& container_;
  const Choice& choose_;
  std::unique_ptr<ports::Session> session_;
  std::string held_;
  bool refused_ = false;
};

Result<void> give(Command& command, const Flow& flow) {
  if (flow.input) {
    auto given = flow.input([&](std::string_view bytes) -> Result<void> {
      if (flow.stop.stop_requested()) return cancelled();
      return command.write(bytes);
    });
    if (!given && !command.refused()) return given;
  }
  return command.close();
}

Result<void> take(ports::Session& session, const Flow& flow, std::string& complaint) {
  while (true) {
    auto chunk = session.read(look_whether_stopped);
    if (flow.stop.stop_requested()) return cancelled();
    if (!chunk && chunk.error().code == ErrorCode::timed_out) continue;
    if (!chunk) return Failure(std::move(chunk).error());
    if (!*chunk) return {};
    if ((*chunk)->output == ports::Output::err)
      keep_end(complaint, (*chunk)->bytes);
    else if (flow.output)
      DIVIO_CHECK(flow.output((*chunk)->bytes));
  }
}

// The line that says what went wrong, without what clients put around it.
std::string first_error(std::string_view complaint) {
  std::string last;
  for (const auto& line : split(complaint, '\n')) {
    for (const std::string_view word : {"ERROR:", "FATAL:", "ERROR ", "error:"})
      if (const auto at = line.find(word); at != std::string::npos) return std::string(trim(line.substr(at)));
    if (!trim(line).empty()) last = std::string(trim(line));
  }
  return last;
}

void hide(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
    text.replace(at, secret.size(), Secret::redacted);
}

}  // namespace

Result<Ended> run_command(ports::Engine& engine, const std::string& container, const ports::ExecSpec& spec,
                          const Flow& flow) {
  return run_chosen(engine, container, [&](std::string_view) { return spec; }, flow);
}

Result<Ended> run_chosen(ports::Engine& engine, const std::string& container, const Choice& choose, const Flow& flow) {
  Command command(engine, container, choose);
  DIVIO_CHECK(give(command, flow));
  Ended ended;
  DIVIO_CHECK(take(command.session(), flow, ended.complaint));
  DIVIO_ASSIGN(ended.code, command.session().exit_code());
  if (command.refused() && ended.code == 0)
    return fail(ErrorCode::failed, fmt::format("a command in container '{}' did not read all of its input", container));
  return ended;
}

Error failure_of(const Ended& ended, std::string_view doing) {
  auto cause = first_error(ended.complaint);
  if (cause.empty()) cause = fmt::format("the command ended with exit code {}", ended.code);
  if (model::says_full_disk(ended.complaint))
    return {ErrorCode::failed, fmt::format("cannot {}: its server says {}", doing, cause), std::string(model::full_disk_hint), {}};
  return {ErrorCode::failed, fmt::format("cannot {}", doing), std::move(cause), {}};
}

Result<std::string> run_script(const Place& place, const std::string& container, const Script& script) {
  std::string written;
  const auto keep = [&](std::string_view bytes) -> Result<void> {
    written += bytes;
    return {};
  };
  const auto text = [&](const ports::ByteSink& sink) { return sink(script.text.reveal()); };
  DIVIO_TRY(ended, run_command(place.engine, container, script.spec, {text, keep, place.stop}));
  if (ended.code == 0) return written;
  auto error = failure_of(ended, script.doing);
  for (const auto& secret : script.hidden)
    for (auto* part : {&error.message, &error.hint}) hide(*part, secret.reveal());
  return Failure(std::move(error));
}

}  // namespace divio::services
