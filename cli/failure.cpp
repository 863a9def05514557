#include "cli/failure.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace divio::cli {

std::string failure_text(const Error& error, const Style& style) {
  auto text = fmt::format("{} {}\n", style.red("error:"), error.message);
  if (!error.where.empty()) text += fmt::format("  at {}\n", error.where);
  if (!error.hint.empty()) {
    // Further lines of a hint stand below the first.
    const auto lines = split(error.hint, '\n');
    text += fmt::format("  {} {}\n", style.bold("hint:"), join(lines, "\n        "));
  }
  return text;
}

Error bug(const char* what) {
  return {.code = ErrorCode::bug,
          .message = fmt::format("this is a bug in divioctl: {}", what),
          .hint = "please report it with the command you typed; what serves is not touched by this"};
}

}  // namespace divio::cli
