#include "system/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include "support/text.hpp"
#include "support/try.hpp"
#include "system/lines.hpp"
#include "system/spawn.hpp"
#include "system/unique_fd.hpp"

namespace divio::system {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::seconds patience_after_sigterm{2};

// Writes to a blocking pipe. SIGPIPE must be blocked in the calling thread.
Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return fail(ErrorCode::cancelled, fmt::format("the program no longer reads its input: {}", std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Feeds the child's input on a thread of its own; `failed` is written once that is over because the writer failed (but
// not because the child stopped reading: its exit code tells more about that).
class Feeder {
 public:
  Feeder(const InputWriter& writer, UniqueFd pipe, int wake) {
    if (!writer) return;
    pipe_ = std::move(pipe);
    thread_ = std::jthread([this, writer, wake] {
      sigset_t broken_pipe;
      sigemptyset(&broken_pipe);
      sigaddset(&broken_pipe, SIGPIPE);
      ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
      bool refused = false;
      auto outcome = writer([&](std::string_view bytes) {
        auto written = write_all(pipe_.get(), bytes);
        if (!written) refused = true;
        return written;
      });
      if (outcome || refused) {
        pipe_.reset();
        return;
      }
      // The input stays open until the program is ended, so that it does not take what it got for all there is.
      error_ = std::move(outcome).error();
      const std::uint64_t one = 1;
      failed_.store(true);
      if (::write(wake, &one, sizeof one) < 0)
        return;  // an event descriptor only fails to count when it is full already
    });
  }
  [[nodiscard]] bool failed() const { return failed_.load(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  UniqueFd pipe_;
  Error error_;
  std::atomic<bool> failed_{false};
  std::jthread thread_;
};

// One of the child's outputs.
struct Outlet {
  UniqueFd fd;
  Lines lines;

  // Reads once; false at the end or when nothing is there.
  bool drain(const LineSink& line) {
    std::array<char, 16384> buffer;
    const auto count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count > 0) {
      lines.feed({buffer.data(), static_cast<std::size_t>(count)}, line);
      return true;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      lines.finish(line);
      fd.reset();
    }
    return false;
  }
};

class Running {
 public:
  Running(pid_t child, UniqueFd out, UniqueFd err, int wake)
      : child_(child), gone_(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))), wake_(wake) {
    outlets_[0].fd = std::move(out);
    outlets_[1].fd = std::move(err);
    for (auto& outlet : outlets_) ::fcntl(outlet.fd.get(), F_SETFL, O_NONBLOCK);
  }

  // Passes lines on until the child has ended and its output is read, or both outputs are closed.
  void watch(const LineSink& line, const std::function<bool()>& should_end) {
    while (outlets_[0].fd || outlets_[1].fd) {
      std::array<pollfd, 4> watched{{{outlets_[0].fd.get(), POLLIN, 0},
                                     {outlets_[1].fd.get(), POLLIN, 0},
                                     {gone_.get(), POLLIN, 0},
                                     {wake_, POLLIN, 0}}};
      ::poll(watched.data(), watched.size(), patience());
      for (std::size_t i = 0; i < outlets_.size(); ++i)
        if (watched[i].revents != 0) outlets_[i].drain(line);
      if (watched[2].revents != 0) return drain_all(line);
      if (should_end()) end();
    }
  }

  // Reaps the child. Its outputs may be closed long before it ends, so ending it is still seen to here. What it left
  // behind in its group ends with it; the group's number cannot be another's as long as the child is not reaped.
  int reap(const std::function<bool()>& should_end) {
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOWAIT | WNOHANG) == 0 && ended.si_pid == 0) {
      std::array<pollfd, 2> watched{{{gone_.get(), POLLIN, 0}, {wake_, POLLIN, 0}}};
      ::poll(watched.data(), watched.size(), gone_ ? patience() : 20);
      if (should_end()) end();
    }
    ::kill(-child_, SIGKILL);
    int status = 0;
    ::waitpid(child_, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  void drain_all(const LineSink& line) {
    for (auto& outlet : outlets_) {
      while (outlet.fd && outlet.drain(line)) {
      }
      if (outlet.fd) outlet.lines.finish(line);
    }
  }
  void end() {
    if (!term_sent_at_) {
      ::kill(-child_, SIGTERM);
      term_sent_at_ = steady_clock::now();
      wake_ = -1;  // stays readable; it has said what it had to say
    } else if (steady_clock::now() - *term_sent_at_ >= patience_after_sigterm) {
      ::kill(-child_, SIGKILL);
    }
  }
  [[nodiscard]] int patience() const { return term_sent_at_ ? 100 : -1; }

  pid_t child_;
  UniqueFd gone_;
  int wake_;
  std::array<Outlet, 2> outlets_;
  std::optional<steady_clock::time_point> term_sent_at_;
};

}  // namespace

Result<int> run(const Command& command, const InputWriter& input, const LineSink& line, const std::stop_token& stop) {
  if (command.arguments.empty()) return fail(ErrorCode::bug, "a command without a program was to be run");
  DIVIO_TRY(in, make_pipe());
  DIVIO_TRY(out, make_pipe());
  DIVIO_TRY(err, make_pipe());
  const UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return fail(ErrorCode::failed, fmt::format("no event descriptor: {}", std::strerror(errno)));
  DIVIO_TRY(child, spawn(command, {input ? in.read.get() : -1, out.write.get(), err.write.get()}));
  in.read.reset();
  out.write.reset();
  err.write.reset();

  const std::stop_callback waker(stop, [fd = wake.get()] {
    const std::uint64_t one = 1;
    if (::write(fd, &one, sizeof one) < 0) return;  // full: awake already
  });
  Feeder feeder(input, std::move(in.write), wake.get());
  Running running(child, std::move(out.read), std::move(err.read), wake.get());
  const auto should_end = [&] { return stop.stop_requested() || feeder.failed(); };
  running.watch(line, should_end);
  const int code = running.reap(should_end);
  feeder.join();
  if (stop.stop_requested())
    return fail(ErrorCode::cancelled, fmt::format("the program '{}' was stopped", command.arguments[0]));
  if (feeder.failed()) return Failure(feeder.error());
  return code;
}

std::vector<std::string> find_programs(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> found;
  for (const auto& folder : split(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin", ':')) {
    const auto program = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
    if (::access(program.c_str(), X_OK) == 0) found.push_back(program);
  }
  return found;
}

}  // namespace divio::system
