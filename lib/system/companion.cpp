#include "system/companion.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>

#include "support/try.hpp"
#include "system/files.hpp"
#include "system/spawn.hpp"

namespace divio::system {
namespace {

// The shell becomes the program, but first leaves a watcher behind in its process group. The watcher reads from a pipe
// whose other end only this process holds, so it wakes up when this process is gone, whatever ended it. (A signal at
// the parent's death, as Linux offers it, comes when the thread ends that started the program.) A group has the number
// of its first process, and nobody else gets that number as long as the watcher is in the group.
constexpr const char* watching_script = R"(exec 3<&0 </dev/null
(read -r line <&3; rm -rf -- "$0"; kill -KILL 0) &
exec {} "$@" 3<&-)";

}  // namespace

Result<Companion> Companion::start(const CompanionCommand& command) {
  const UniqueFd log(::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return Failure(file_error("write", command.log, errno));
  DIVIO_TRY(lifeline, make_pipe());
  Command shell{{"/bin/sh", "-c", fmt::format(fmt::runtime(watching_script), command.program), command.folder.string()},
                {{"LC_ALL", "C"}},
                {}};
  shell.arguments.insert(shell.arguments.end(), command.arguments.begin(), command.arguments.end());
  DIVIO_TRY(id, spawn(shell, {lifeline.read.get(), log.get(), log.get()}));
  return Companion(id, std::move(lifeline.write));
}

Companion::Companion(Companion&& other) noexcept
    : id_(std::exchange(other.id_, -1)), lifeline_(std::move(other.lifeline_)) {}

Companion& Companion::operator=(Companion&& other) noexcept {
  if (this == &other) return *this;
  end();
  id_ = std::exchange(other.id_, -1);
  lifeline_ = std::move(other.lifeline_);
  return *this;
}

Companion::~Companion() {
  end();
}

// What has ended is left to be collected by end(): until then its number, which is the group's, is nobody else's.
bool Companion::running() const {
  siginfo_t ended{};
  return id_ > 0 && ::waitid(P_PID, static_cast<id_t>(id_), &ended, WEXITED | WNOWAIT | WNOHANG) == 0 &&
         ended.si_pid == 0;
}

void Companion::end() noexcept {
  if (id_ <= 0) return;
  ::kill(-id_, SIGKILL);
  while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  lifeline_.reset();
}

}  // namespace divio::system
