// A part of a test that runs in a process of its own, for what only several processes show: locks, crashes, limits.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <string>

namespace divio::tests {

// The child carries out `work`, which writes what it has to say to the descriptor it is given, and ends with its return
// value as exit code. It has no threads but its own: fork before there are any. Killed and waited for at the end of the
// scope if it still runs.
class ChildProcess {
 public:
  explicit ChildProcess(const std::function<int(int)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    id_ = ::fork();
    if (id_ < 0) throw std::runtime_error("cannot fork");
    if (id_ == 0) {
      ::close(ends[0]);
      int code = 99;
      try {
        code = work(ends[1]);
      } catch (...) {
      }
      ::_exit(code);  // without the parent's destructors
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    kill();
    ::close(output_);
  }

  [[nodiscard]] pid_t id() const { return id_; }
  [[nodiscard]] bool running() const { return id_ > 0; }

  // The next bytes it wrote, at most `most`; empty at the end.
  std::string read_some(std::size_t most = 4096) {
    std::string bytes(most, '\0');
    const ssize_t count = ::read(output_, bytes.data(), bytes.size());
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }

  // Everything it writes until it ends.
  std::string read_all() {
    std::string all;
    for (std::string some = read_some(); !some.empty(); some = read_some()) all += some;
    return all;
  }

  // Its exit code, or minus the signal that ended it.
  int wait() {
    if (id_ <= 0) return -1;
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0) {
    }
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // SIGKILL: it gets no chance to tidy up.
  void kill() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    wait();
  }

 private:
  pid_t id_ = -1;
  int output_ = -1;
};

}  // namespace divio::tests
