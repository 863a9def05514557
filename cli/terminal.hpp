// The terminal that a person sits at: its size, raw mode, and questions.
#pragma once

#include <string>

#include "cli/report/report.hpp"
#include "divio/result.hpp"
#include "divio/secret.hpp"

namespace divio::cli {

// Of the first of standard error, output and input that is a terminal; 80 by 24 if none is or it does not know.
[[nodiscard]] TerminalSize terminal_size();

enum class TerminalMode {
  raw,      // every key goes through as it is
  no_echo,  // what is typed is not shown
};

// Changes the mode of the terminal on standard input for as long as it lives. The mode is restored on destruction, on
// exit by a signal that it catches, and by restore_terminal(). One at a time.
class TerminalChange {
 public:
  explicit TerminalChange(TerminalMode mode);
  ~TerminalChange();
  TerminalChange(const TerminalChange&) = delete;
  TerminalChange& operator=(const TerminalChange&) = delete;
};

// Gives the terminal back its mode if a TerminalChange has changed it. Safe in a signal handler.
void restore_terminal() noexcept;

// Everything on standard input, for a value that is piped in; one line ending at its end is taken off. At most 1 MiB.
[[nodiscard]] Result<Secret> read_piped_secret();

// Asks through `write` and reads one line from the terminal on standard input, without its line ending. Fails with
// `cancelled` at the end of input.
[[nodiscard]] Result<std::string> ask(const Write& write, const std::string& question);

// The same without showing what is typed.
[[nodiscard]] Result<Secret> ask_secret(const Write& write, const std::string& question);

}  // namespace divio::cli
