// Secrets that a command is given.
#pragma once

#include <string_view>

#include "cli/call.hpp"

namespace divio::cli {

// Asks for it on a terminal, as `what`, else takes all of standard input.
[[nodiscard]] Result<Secret> read_secret(Call& call, std::string_view what);

}  // namespace divio::cli
