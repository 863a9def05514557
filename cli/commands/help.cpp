#include "cli/help.hpp"

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/usage_errors.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

struct HelpOptions {
  std::vector<std::string> words;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> HelpOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "words",
       .help = "the command to tell about",
       .access = wire::access<HelpOptions, &HelpOptions::words>(),
       .value = "COMMAND",
       .completes = wire::Completes::commands,
       .positional = true},
  }};
  return table;
}

Result<int> carry_out_help(Call& call) {
  const auto words = call.read<HelpOptions>().words;
  if (words.empty()) return call.answer_with(overview());
  if (const auto* const command = find_command(join(words, " "))) return call.answer_with(command_help(*command));
  if (!is_group(words.front())) return Failure(unknown_command(words.front()));
  if (words.size() == 1) return call.answer_with(group_help(words.front()));
  return Failure(unknown_in_group(words[0], words[1]));
}

}  // namespace

Command help_command() {
  return {.name = "help",
          .group = Group::other,
          .summary = "Tell more about a command",
          .description = "Prints what a command does, its options and examples; without a command the list of all of them.",
          .examples = {{"divioctl help deploy", "the same as divioctl deploy --help"}},
          .fields = {HelpOptions::fields()},
          .carry_out = carry_out_help};
}

}  // namespace divio::cli
