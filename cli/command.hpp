// What a command of divioctl is: one entry of the list in commands/list.cpp. Flags, help, man pages, completion and
// docs/commands.md all come from it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "wire/field.hpp"

namespace divio::cli {

class Call;

// Headings of the overview, in its order.
enum class Group { applications, look, inside, configure, services, regions, moving, other };

struct Example {
  std::string_view line;     // "divioctl deploy -e live"
  std::string_view meaning;  // a phrase
};

struct Command {
  std::string_view name;     // "deploy", "variable set"
  Group group = Group::other;
  std::string_view summary;      // one line, imperative, without full stop
  std::string_view description;  // paragraphs, separated by an empty line
  std::vector<Example> examples = {};
  std::vector<std::span<const wire::Field>> fields = {};  // of the request, and of options of the command line's own
  bool plans = false;   // whether --dry-run means something
  bool hidden = false;
  bool raw_words = false;  // takes its words as they are, without flags
  Result<int> (*carry_out)(Call&) = nullptr;  // gives the exit code
};

// All of them, in the order of the overview. Made at the first call.
[[nodiscard]] const std::vector<Command>& commands();

// nullptr if there is none of that name.
[[nodiscard]] const Command* find_command(std::string_view name);

// Whether `word` is the first one of commands such as "variable set".
[[nodiscard]] bool is_group(std::string_view word);

}  // namespace divio::cli
