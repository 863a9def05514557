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

int tell_bug(const char* what, const std::vector<std::string>& words) {
  restore_terminal();
  return tell_early_error(bug(what), words, process_streams());
}

}  // namespace

int main(int count, char** arguments) {
  if (asks_version(count, arguments)) {
    const auto line = "divioctl " + std::string(divio::version()) + "\n";
    return write_all(1, line) ? 0 : 1;
  }
  // A process can be started without even its own name.
  const std::vector<std::string> words(arguments + (count > 0 ? 1 : 0), arguments + count);
  try {
    outlive_closed_pipes();
    return run_program(words, process_streams());
  } catch (const std::exception& exception) {
    return tell_bug(exception.what(), words);
  } catch (...) {
    return tell_bug("an unknown exception", words);
  }
}
