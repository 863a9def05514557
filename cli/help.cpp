#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/common_options.hpp"
#include "cli/wrap.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

constexpr std::size_t help_width = 100;
constexpr std::array groups{Group::applications, Group::look, Group::inside, Group::configure, Group::services, Group::regions,
                            Group::moving, Group::other};

struct HelpRow {
  std::string label;
  std::string text;
};

std::string rows_text(const std::vector<HelpRow>& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.label.size());
  std::string text;
  for (const auto& row : rows)
    text += fmt::format("  {:<{}}  {}\n", row.label, width, wrap(row.text, help_width - width - 4, width + 4));
  return text;
}

std::string section(std::string_view title, const std::vector<wire::Field>& fields) {
  if (fields.empty()) return {};
  std::vector<HelpRow> rows;
  rows.reserve(fields.size());
  for (const auto& field : fields) rows.push_back({field_label(field), field_text(field)});
  return fmt::format("\n{}:\n{}", title, rows_text(rows));
}

template <class Chosen>
std::vector<wire::Field> chosen(const std::vector<std::span<const wire::Field>>& tables, Chosen&& choose) {
  std::vector<wire::Field> fields;
  for (const auto& table : tables) std::ranges::copy_if(table, std::back_inserter(fields), choose);
  return fields;
}

std::string examples_text(const Command& command) {
  if (command.examples.empty()) return {};
  std::string text = "\nExamples:\n";
  for (const auto& example : command.examples) text += fmt::format("  {}\n      {}\n", example.line, example.meaning);
  return text;
}

std::string commands_text(std::string_view title, const std::vector<HelpRow>& rows) {
  return rows.empty() ? "" : fmt::format("\n{}:\n{}", title, rows_text(rows));
}

}  // namespace

bool is_flag(const wire::Field& field) {
  return !field.positional && !field.after_dashes && field.access.kind != wire::Kind::secret;
}

bool is_repeated(const wire::Field& field) {
  return field.access.kind == wire::Kind::texts || field.access.kind == wire::Kind::counts;
}

std::string field_label(const wire::Field& field) {
  if (field.after_dashes) return fmt::format("-- {}...", field.value);
  if (field.positional) return fmt::format("{}{}", field.value, is_repeated(field) ? "..." : "");
  const auto letter = field.letter == 0 ? std::string("    ") : fmt::format("-{}, ", field.letter);
  return fmt::format("{}--{}{}{}", letter, field.name, field.value.empty() ? "" : " ", field.value);
}

std::string field_text(const wire::Field& field) {
  std::string text(field.help);
  const auto& choices = field.access.choices;
  const bool said = std::ranges::all_of(
      choices, [&](std::string_view choice) { return field.help.find(choice) != std::string_view::npos; });
  if (!said) text += fmt::format(" ({})", join(std::vector<std::string>(choices.begin(), choices.end()), ", "));
  std::string more = default_text(field);
  if (!more.empty()) more = "default " + more;
  if (!field.variable.empty()) more += fmt::format("{}${}", more.empty() ? "" : ", or ", field.variable);
  return more.empty() ? text : fmt::format("{} ({})", text, more);
}

std::string usage_line(const Command& command) {
  std::string line = fmt::format("divioctl {} [OPTIONS]", command.name);
  for (const auto& field : arguments(command))
    line += field.required ? fmt::format(" {}", field_label(field)) : fmt::format(" [{}]", field_label(field));
  return line;
}

std::vector<wire::Field> own_flags(const Command& command) { return chosen(command.fields, is_flag); }

std::vector<wire::Field> common_flags(const Command& command) {
  return chosen(common_fields(), [&](const wire::Field& field) { return field.name != "dry-run" || command.plans; });
}

std::vector<wire::Field> arguments(const Command& command) {
  return chosen(command.fields, [](const wire::Field& field) { return field.positional || field.after_dashes; });
}

std::string_view group_title(Group group) {
  switch (group) {
    case Group::applications: return "Put web applications into production";
    case Group::look: return "See what is there";
    case Group::inside: return "Look inside";
    case Group::configure: return "Configure";
    case Group::services: return "Services";
    case Group::regions: return "Regions";
    case Group::moving: return "Move to another region";
    case Group::other: return "Other";
  }
  return "Other";
}

std::string overview() {
  std::string text =
      "divioctl: your own Divio. It builds, deploys, scales and looks after web applications on Docker hosts.\n"
      "\nUsage: divioctl COMMAND [OPTIONS]\n";
  for (const auto group : groups) {
    std::vector<HelpRow> rows;
    for (const auto& command : commands())
      if (command.group == group && !command.hidden)
        rows.push_back({std::string(command.name), std::string(command.summary)});
    text += commands_text(group_title(group), rows);
  }
  return text +
         "\nBegin with 'divioctl init' and 'divioctl deploy' in the folder of a codebase with a Dockerfile.\n"
         "'divioctl help COMMAND' tells more about a command.\n";
}

std::string group_help(std::string_view group) {
  std::vector<HelpRow> rows;
  for (const auto& command : commands())
    if (command.name.starts_with(std::string(group) + " "))
      rows.push_back({std::string(command.name), std::string(command.summary)});
  return fmt::format("Usage: divioctl {} COMMAND [OPTIONS]\n{}", group, commands_text("Commands", rows));
}

std::string command_help(const Command& command) {
  std::string text = fmt::format("{}\n\nUsage: {}\n", command.summary, usage_line(command));
  if (!command.description.empty()) text += fmt::format("\n{}\n", wrap(command.description, help_width, 0));
  text += section("Arguments", arguments(command));
  text += section("Options", own_flags(command));
  text += section("Options of every command", common_flags(command));
  return text + examples_text(command);
}

}  // namespace divio::cli
