#include "cli/usage_errors.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/common_options.hpp"
#include "cli/help.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

Error usage(std::string message, std::string hint) {
  return {.code = ErrorCode::invalid, .message = std::move(message), .hint = std::move(hint)};
}

std::string help_hint(const Command& command) { return fmt::format("see 'divioctl help {}'", command.name); }

void add_flags(std::vector<std::string>& flags, std::span<const wire::Field> fields) {
  for (const auto& field : fields)
    if (is_flag(field)) flags.push_back(fmt::format("--{}", field.name));
}

std::vector<std::string> flags_of(const Command* command) {
  std::vector<std::string> flags;
  for (const auto& fields : common_fields()) add_flags(flags, fields);
  if (command != nullptr)
    for (const auto& fields : command->fields) add_flags(flags, fields);
  return flags;
}

}  // namespace

Error unknown_command(const std::string& word) {
  std::vector<std::string> known;
  for (const auto& command : commands())
    if (!command.hidden) known.push_back(split(command.name, ' ').front());
  const auto near = nearest(word, known);
  return usage(fmt::format("there is no command '{}'", word),
               near ? fmt::format("did you mean 'divioctl {}'?", *near) : "'divioctl help' lists the commands");
}

Error unknown_in_group(const std::string& group, const std::string& word) {
  std::vector<std::string> known;
  for (const auto& command : commands())
    if (command.name.starts_with(group + " ")) known.emplace_back(command.name.substr(group.size() + 1));
  const auto choices = join(known, ", ");
  if (word.empty()) return usage(fmt::format("'divioctl {}' needs one of {}", group, choices),
                                 fmt::format("see 'divioctl help {}'", group));
  const auto near = nearest(word, known);
  return usage(fmt::format("'{}' is none of {}", word, choices),
               near ? fmt::format("did you mean 'divioctl {} {}'?", group, *near)
                    : fmt::format("see 'divioctl help {}'", group));
}

Error unknown_flag(const std::string& word, const Command* command) {
  const auto flag = word.substr(0, word.find('='));
  const auto near = nearest(flag, flags_of(command));
  if (command != nullptr && near == flag)
    return usage(fmt::format("{} comes behind the command that it is of", flag), fmt::format("write: divioctl {} {}", command->name, word));
  auto message = command == nullptr ? fmt::format("there is no flag {}", flag)
                                    : fmt::format("'divioctl {}' has no flag {}", command->name, flag);
  if (near) return usage(std::move(message), fmt::format("did you mean {}?", *near));
  return usage(std::move(message), command == nullptr ? "see 'divioctl help'" : help_hint(*command));
}

Error missing_value(const std::string& flag) { return usage(fmt::format("{} needs a value", flag), ""); }

Error unexpected_word(const std::string& word, const Command& command) {
  const bool takes_command = std::ranges::any_of(command.fields, [](const auto& fields) {
    return std::ranges::any_of(fields, &wire::Field::after_dashes);
  });
  return usage(fmt::format("'{}' is one word too many for 'divioctl {}'", word, command.name),
               takes_command ? fmt::format("write -- before the command: divioctl {} -- {}", command.name, word)
                             : help_hint(command));
}

Error missing_field(const wire::Field& field, const Command& command) {
  if (field.after_dashes)
    return usage(fmt::format("'divioctl {}' needs a command", command.name),
                 fmt::format("write it behind --, for example: divioctl {} -- ls", command.name));
  return usage(fmt::format("'divioctl {}' needs {}", command.name, wire::shown_name(field)), help_hint(command));
}

Error no_dry_run(const Command& command) {
  return usage(fmt::format("'divioctl {}' has no --dry-run", command.name), "leave it out");
}

}  // namespace divio::cli
