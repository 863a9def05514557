// How a failure is told.
#pragma once

#include <string>

#include "cli/report/style.hpp"
#include "divio/result.hpp"

namespace divio::cli {

// "error: message", and where there is one "  at place" and "  hint: what to do".
[[nodiscard]] std::string failure_text(const Error& error, const Style& style);

// The failure that an exception nobody expected is told as.
[[nodiscard]] Error bug(const char* what);

}  // namespace divio::cli
