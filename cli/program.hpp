// The program, apart from main().
#pragma once

#include <string>
#include <vector>

#include "cli/call.hpp"
#include "cli/streams.hpp"
#include "divio/result.hpp"

namespace divio::cli {

// Understands the words, carries the command out and tells what went wrong. Gives the exit code.
[[nodiscard]] int run_program(const std::vector<std::string>& words, const Streams& streams,
                              OpenPlatform open_platform = Platform::open);

// Tells an error that comes before the words are understood, or outside a command. Gives its exit code.
[[nodiscard]] int tell_early_error(const Error& error, const std::vector<std::string>& words, const Streams& streams);

}  // namespace divio::cli
