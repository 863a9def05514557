// This process's input and output, for a command in a container.
#pragma once

#include <optional>

#include "cli/streams.hpp"
#include "cli/terminal.hpp"
#include "divio/platform.hpp"

namespace divio::cli {

// The terminal is raw as long as this lives, where input and output are one; otherwise they are passed on as they are.
class ConsoleHold {
 public:
  explicit ConsoleHold(const Streams& streams) {
    console_.input = 0;
    console_.terminal = streams.input_terminal && streams.output_terminal;
    if (!console_.terminal) return;
    console_.size = [] {
      const auto size = terminal_size();
      return std::pair(static_cast<int>(size.rows), static_cast<int>(size.columns));
    };
    raw_.emplace(TerminalMode::raw);
  }

  [[nodiscard]] const Console& get() const { return console_; }

 private:
  Console console_;
  std::optional<TerminalChange> raw_;
};

}  // namespace divio::cli
