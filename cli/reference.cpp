#include "cli/reference.hpp"

#include <fmt/format.h>

#include "cli/common_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string rows(const std::vector<wire::Field>& fields) {
  std::string text;
  for (const auto& field : fields)
    text += fmt::format("| `{}` | {} |\n", trim(field_label(field)), field_text(field));
  return text;
}

std::string field_table(std::string_view title, const std::vector<wire::Field>& fields) {
  if (fields.empty()) return {};
  return fmt::format("\n| {} | |\n|---|---|\n{}", title, rows(fields));
}

std::string command_section(const Command& command) {
  auto text = fmt::format("\n## divioctl {}\n\n{}.\n\n```\n{}\n```\n\n{}\n", command.name, command.summary,
                          usage_line(command), command.description);
  text += field_table("Argument", arguments(command)) + field_table("Option", own_flags(command));
  if (command.plans) text += "\nUnderstands `--dry-run`.\n";
  if (command.examples.empty()) return text;
  text += "\n```sh\n";
  for (const auto& [line, meaning] : command.examples) text += fmt::format("{}    # {}\n", line, meaning);
  return text + "```\n";
}

std::string common_section() {
  std::vector<wire::Field> fields;
  for (const auto& table : common_fields()) fields.insert(fields.end(), table.begin(), table.end());
  return "\n## Options of every command\n\nThey may stand before and after the command.\n" + field_table("Option", fields);
}

std::string exit_code_section() {
  std::string text = "\n## Exit codes\n\n| | |\n|---|---|\n";
  for (const auto& [code, meaning] : exit_code_meanings) text += fmt::format("| {} | {} |\n", code, meaning);
  return text;
}

}  // namespace

std::string reference() {
  std::string text =
      "# Commands\n\n"
      "Written by `divioctl docs` from the descriptions in the code; change those, not this file. What `--output json` "
      "answers is in [json.md](json.md).\n";
  text += common_section() + exit_code_section();
  for (const auto& command : commands())
    if (!command.hidden) text += command_section(command);
  return text;
}

}  // namespace divio::cli
