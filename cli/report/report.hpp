// Listeners that show an operation's progress, one for each kind of reader.
#pragma once

#include <functional>
#include <string_view>

#include "cli/report/style.hpp"
#include "divio/events.hpp"

namespace divio::cli {

// False when nobody reads any more.
using Write = std::function<bool(std::string_view)>;
// Seconds since the report began.
using Seconds = std::function<double()>;

// `listener` may be called from several threads at once. `finish` is called once, before anything else is written to the
// same place; events after it are dropped.
struct Report {
  Listener listener;
  std::function<void()> finish;
};

// Nothing at all.
[[nodiscard]] Report quiet_report();

// Every event as one JSON object a line.
[[nodiscard]] Report json_report(Write write, Seconds now);

// One line for each event, with the seconds since the beginning and without escape codes: for logs of CI systems.
// Movement of a step is shown at most every ten seconds.
[[nodiscard]] Report plain_report(Write write, Seconds now);

struct TerminalSize {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

struct LiveTerminal {
  Write write;
  Seconds now;
  std::function<TerminalSize()> size;
  Style style;
  bool tick = true;  // redraw ten times a second, on a thread of its own
};

// Steps under way are redrawn at the bottom; what is finished, and every line of output, stays above them.
[[nodiscard]] Report terminal_report(LiveTerminal terminal);

}  // namespace divio::cli
