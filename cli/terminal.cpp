#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "support/try.hpp"

namespace divio::cli {
namespace {

constexpr std::size_t longest_secret = std::size_t{1024} * 1024;
constexpr std::array deadly_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// Read by signal handlers: `saved` is complete before `changed` says so.
termios saved;
std::atomic<bool> changed{false};
std::array<struct sigaction, deadly_signals.size()> deadly_before;

static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void restore_and_die(int signal_number) {
  restore_terminal();
  ::signal(signal_number, SIG_DFL);
  ::raise(signal_number);
}

// A signal that somebody handles or ignores already stays theirs.
void watch_deadly_signals() {
  struct sigaction action{};
  action.sa_handler = restore_and_die;
  for (std::size_t i = 0; i < deadly_signals.size(); ++i) {
    sigaction(deadly_signals.at(i), nullptr, &deadly_before.at(i));
    if (deadly_before.at(i).sa_handler == SIG_DFL) sigaction(deadly_signals.at(i), &action, nullptr);
  }
}

void forget_deadly_signals() {
  for (std::size_t i = 0; i < deadly_signals.size(); ++i) sigaction(deadly_signals.at(i), &deadly_before.at(i), nullptr);
}

// The next bytes of standard input; empty at its end.
Result<std::string> read_some() {
  std::array<char, 4096> buffer;
  while (true) {
    const auto count = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count >= 0) return std::string(buffer.data(), static_cast<std::size_t>(count));
    if (errno != EINTR) return fail(ErrorCode::failed, "cannot read standard input");
  }
}

void take_line_ending_off(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

TerminalSize terminal_size() {
  for (const int descriptor : {STDERR_FILENO, STDOUT_FILENO, STDIN_FILENO}) {
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 && size.ws_row != 0)
      return {size.ws_row, size.ws_col};
  }
  return {};
}

TerminalChange::TerminalChange(TerminalMode mode) {
  if (changed || tcgetattr(STDIN_FILENO, &saved) != 0) return;
  auto wanted = saved;
  if (mode == TerminalMode::raw) cfmakeraw(&wanted);
  else wanted.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  watch_deadly_signals();
  changed = true;
  tcsetattr(STDIN_FILENO, mode == TerminalMode::raw ? TCSADRAIN : TCSAFLUSH, &wanted);
}

TerminalChange::~TerminalChange() {
  if (!changed) return;
  restore_terminal();
  forget_deadly_signals();
}

void restore_terminal() noexcept {
  if (changed.exchange(false)) tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
}

Result<Secret> read_piped_secret() {
  std::string text;
  while (true) {
    DIVIO_TRY(more, read_some());
    if (more.empty()) break;
    text += more;
    if (text.size() > longest_secret)
      return fail(ErrorCode::invalid, "the value on standard input is longer than 1 MiB");
  }
  take_line_ending_off(text);
  return Secret(std::move(text));
}

Result<std::string> ask(const Write& write, const std::string& question) {
  write(question);
  std::string text;
  while (!text.ends_with('\n')) {
    DIVIO_TRY(more, read_some());
    if (more.empty()) return fail(ErrorCode::cancelled, "no answer was given");
    text += more;
  }
  take_line_ending_off(text);
  return text;
}

Result<Secret> ask_secret(const Write& write, const std::string& question) {
  const TerminalChange silent(TerminalMode::no_echo);
  auto answer = ask(write, question);
  write("\n");
  if (!answer) return Failure(std::move(answer).error());
  return Secret(std::move(*answer));
}

}  // namespace divio::cli
