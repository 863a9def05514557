#include <exception>
#include <string_view>

#include "cli/failure.hpp"
#include "cli/interrupts.hpp"
#include "cli/program.hpp"
#include "cli/terminal.hpp"
#include "divio/version.hpp"

namespace {

using namespace divio::cli;

// Answered before anything else is made, because scripts ask for it often.
bool asks_version(int count, char** words) {
  return count == 2 && (std::string_view(words[1]) == "--version" || std::string_view(words[1]) == "-V");
}

int tell_bug(const char* what) {
  restore_terminal();
  const auto error = bug(what);
  process_streams().err(failure_text(error, {}));
  return divio::exit_code(error.code);
}

}  // namespace

int main(int count, char** words) {
  try {
    if (asks_version(count, words)) {
      const auto line = "divioctl " + std::string(divio::version()) + "\n";
      return write_all(1, line) ? 0 : 1;
    }
    outlive_closed_pipes();
    return run_program({words + 1, words + count}, process_streams());
  } catch (const std::exception& exception) {
    return tell_bug(exception.what());
  } catch (...) {
    return tell_bug("an unknown exception");
  }
}
