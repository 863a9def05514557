#include "cli/interrupts.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "cli/terminal.hpp"
#include "divio/result.hpp"

namespace divio::cli {
namespace {

constexpr std::array watched{SIGINT, SIGTERM};
std::atomic<int> bell{-1};
std::array<struct sigaction, watched.size()> handlers_before;

static_assert(std::atomic<int>::is_always_lock_free);

void ring() noexcept {
  const auto before = errno;
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto written = ::write(bell.load(), &once, sizeof once);
  errno = before;
}

extern "C" void on_interrupt(int) { ring(); }

extern "C" void on_closed_pipe(int) {}

// Waits for one ring; each is counted.
bool heard_ring() {
  std::uint64_t once = 0;
  while (true) {
    if (read(bell.load(), &once, sizeof once) == sizeof once) return true;
    if (errno != EINTR) return false;
  }
}

}  // namespace

Interrupts::Interrupts(std::function<void()> first) : first_(std::move(first)) {
  bell = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
  thread_ = std::thread([this] { watch(); });
  struct sigaction action{};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < watched.size(); ++i) sigaction(watched.at(i), &action, &handlers_before.at(i));
}

Interrupts::~Interrupts() {
  for (std::size_t i = 0; i < watched.size(); ++i) sigaction(watched.at(i), &handlers_before.at(i), nullptr);
  ended_ = true;
  ring();
  thread_.join();
  close(bell.exchange(-1));
}

// Signals go to other threads: one that waits here would take a signal without ever acting on it under the thread
// sanitizer, which keeps handlers back until a system call has returned.
void Interrupts::watch() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  bool asked = false;
  while (heard_ring() && !ended_) {
    if (asked) {
      restore_terminal();
      _exit(exit_code(ErrorCode::cancelled));
    }
    asked = true;
    first_();
    stop_.request_stop();
  }
}

void outlive_closed_pipes() {
  // A handler rather than SIG_IGN, which programs that we start would inherit.
  struct sigaction action{};
  action.sa_handler = on_closed_pipe;
  action.sa_flags = SA_RESTART;
  sigaction(SIGPIPE, &action, nullptr);
}

}  // namespace divio::cli
