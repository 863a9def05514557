// Starting a program, and the pipes it is connected by. Used by run() in process.hpp.
#pragma once

#include <sys/types.h>

#include "divio/result.hpp"
#include "system/process.hpp"
#include "system/unique_fd.hpp"

namespace divio::system {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

// Neither end is inherited by programs that are started.
[[nodiscard]] Result<Pipe> make_pipe();

// What a program gets as its three streams; `in` -1: /dev/null.
struct ChildStreams {
  int in = -1;
  int out = -1;
  int err = -1;
};

// Starts a program in a process group of its own, whose number is the returned process number. The caller reaps it.
[[nodiscard]] Result<pid_t> spawn(const Command& command, const ChildStreams& streams);

}  // namespace divio::system
