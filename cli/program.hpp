// The program, apart from main().
#pragma once

#include <string>
#include <vector>

#include "cli/streams.hpp"

namespace divio::cli {

// Understands the words, carries the command out and tells what went wrong. Gives the exit code.
[[nodiscard]] int run_program(const std::vector<std::string>& words, const Streams& streams);

}  // namespace divio::cli
