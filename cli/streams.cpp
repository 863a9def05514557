#include "cli/streams.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "cli/parse.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

bool wait_until_writable(int descriptor) {
  pollfd waited{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return poll(&waited, 1, -1) >= 0 || errno == EINTR;
}

bool locale_is_utf8() {
  for (const auto* const name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const auto value = process_variable(name)) {
      const auto lower = to_lower(*value);
      return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
    }
  return false;
}

}  // namespace

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = write(descriptor, text.data(), text.size());
    if (written >= 0) text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno == EAGAIN && wait_until_writable(descriptor)) continue;
    else if (errno != EINTR) return false;
  }
  return true;
}

Streams process_streams() {
  const bool dumb = process_variable("TERM").value_or("dumb") == "dumb";
  Streams streams;
  streams.out = [](std::string_view text) { return write_all(STDOUT_FILENO, text); };
  streams.err = [](std::string_view text) { return write_all(STDERR_FILENO, text); };
  streams.input_terminal = isatty(STDIN_FILENO) == 1;
  streams.output_terminal = isatty(STDOUT_FILENO) == 1;
  streams.error_terminal = isatty(STDERR_FILENO) == 1;
  streams.utf8 = locale_is_utf8();
  streams.may_color = !dumb && !process_variable("NO_COLOR");
  streams.live = streams.error_terminal && !dumb && !process_variable("CI");
  return streams;
}

}  // namespace divio::cli
