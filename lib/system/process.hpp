// Running other programs.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"

namespace divio::system {

struct Command {
  std::vector<std::string> arguments;              // the program first: a path, or a name looked up in PATH
  std::map<std::string, std::string> environment;  // added to this process's own
  std::string directory;                           // empty: this process's own
};

// Writes the program's standard input piece by piece into a sink. Runs on a thread of its own while the program runs;
// the sink fails once the program no longer reads.
using InputWriter = std::function<Result<void>(const std::function<Result<void>(std::string_view)>&)>;

// Called for each line of standard output and standard error, without its ending, on the thread that runs the program.
using LineSink = std::function<void(std::string_view)>;

// Runs a program to its end and returns its exit code, 128 + N if signal N ended it. Without `input` its standard input
// is empty. When `stop` is requested the program and what it started (its process group) get SIGTERM, two seconds later
// SIGKILL, and the result is cancelled. An input that fails ends the program in the same way, with the input's error.
// not_found: there is no such program.
[[nodiscard]] Result<int> run(const Command& command, const InputWriter& input, const LineSink& line,
                              const std::stop_token& stop = {});

// Every executable file called `name` in the folders of PATH, in its order.
[[nodiscard]] std::vector<std::string> find_programs(std::string_view name);

}  // namespace divio::system
