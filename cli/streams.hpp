// Where a command writes. The answer goes to `out`, the telling to `err`.
#pragma once

#include "cli/report/report.hpp"
#include "cli/report/style.hpp"

namespace divio::cli {

struct Streams {
  Write out;
  Write err;
  bool input_terminal = false;
  bool output_terminal = false;
  bool error_terminal = false;
  bool utf8 = false;        // the locale is one
  bool may_color = false;   // NO_COLOR is not set and the terminal is no dumb one
  bool live = false;        // `err` is a terminal on which lines can be redrawn
};

// Those of this process.
[[nodiscard]] Streams process_streams();

// Writes everything to a file descriptor; false when its reader is gone or the disk is full.
[[nodiscard]] bool write_all(int descriptor, std::string_view text);

}  // namespace divio::cli
