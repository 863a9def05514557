// Writing to a connection that the peer has closed raises SIGPIPE, which would end the program. libcurl prevents that
// for plain sockets but leaves it to the caller for TLS.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <ctime>

namespace divio::system {

// Keeps SIGPIPE from the calling thread as long as it lives, and leaves the thread's signals as it found them.
class BrokenPipeGuard {
 public:
  BrokenPipeGuard() {
    sigset_t pending;
    sigemptyset(&pending);
    ::sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&broken_pipe_);
    sigaddset(&broken_pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe_, &before_);
  }
  BrokenPipeGuard(const BrokenPipeGuard&) = delete;
  BrokenPipeGuard& operator=(const BrokenPipeGuard&) = delete;
  ~BrokenPipeGuard() {
    const timespec no_wait{};
    if (!was_pending_) ::sigtimedwait(&broken_pipe_, nullptr, &no_wait);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t broken_pipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

}  // namespace divio::system
