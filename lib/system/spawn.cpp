#include "system/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace divio::system {

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(ErrorCode::failed, fmt::format("a pipe could not be made: {}", std::strerror(errno)));
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

namespace {

std::vector<std::string> environment_with(const std::map<std::string, std::string>& additions) {
  std::vector<std::string> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!additions.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : additions) all.push_back(fmt::format("{}={}", name, value));
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// posix_spawn with its two parameter objects, which want to be destroyed.
class Spawn {
 public:
  Spawn() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // A group of its own, so that what the program starts can be ended with it; and the usual answers to signals,
    // whatever the calling thread blocks.
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t usual;
    sigemptyset(&usual);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD}) sigaddset(&usual, number);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  Result<pid_t> start(const Command& command, const ChildStreams& streams) {
    if (streams.in >= 0)
      ::posix_spawn_file_actions_adddup2(&actions_, streams.in, STDIN_FILENO);
    else
      ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, streams.out, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, streams.err, STDERR_FILENO);
    if (!command.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions_, command.directory.c_str());
    auto arguments = command.arguments;
    auto environment = environment_with(command.environment);
    pid_t child = -1;
    const int failed = ::posix_spawnp(&child, arguments.at(0).c_str(), &actions_, &attributes_,
                                      pointers(arguments).data(), pointers(environment).data());
    if (failed == 0) return child;
    return fail(
        failed == ENOENT ? ErrorCode::not_found : ErrorCode::failed,
        fmt::format("the program '{}' could not be started: {}", command.arguments.at(0), std::strerror(failed)));
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<pid_t> spawn(const Command& command, const ChildStreams& streams) {
  return Spawn().start(command, streams);
}

}  // namespace divio::system
