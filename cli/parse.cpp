#include "cli/parse.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "cli/common_options.hpp"
#include "cli/help.hpp"
#include "cli/usage_errors.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

using Words = std::vector<std::string>;

struct Attached {
  const wire::Field* field;
  CLI::Option* option;
};

// The tree that CLI11 parses with. A command's flags are added when its name has been read, so that a run pays for one
// command only.
struct Tree {
  CLI::App app;
  std::vector<Attached> attached;
  const Command* command = nullptr;
  std::string group;
};

std::string option_names(const wire::Field& field) {
  const std::string letter = field.letter == 0 ? "" : std::string("-") + field.letter + ",";
  return letter + "--" + std::string(field.name);
}

void attach(Tree& tree, CLI::App& app, std::span<const wire::Field> fields) {
  for (const auto& field : fields) {
    if (!is_flag(field)) continue;
    auto* const option = field.access.kind == wire::Kind::flag ? app.add_flag(option_names(field))
                                                               : app.add_option(option_names(field));
    option->multi_option_policy(is_repeated(field) ? CLI::MultiOptionPolicy::TakeAll
                                                   : CLI::MultiOptionPolicy::TakeLast);
    tree.attached.push_back({&field, option});
  }
}

CLI::App* add_node(CLI::App& parent, const std::string& name) {
  const auto there = parent.get_subcommands([&](const CLI::App* node) { return node->get_name() == name; });
  if (!there.empty()) return there.front();
  auto* const node = parent.add_subcommand(name);
  node->set_help_flag();
  node->fallthrough();
  node->require_subcommand(0, 1);
  return node;
}

void add_command(Tree& tree, const Command& command) {
  const auto space = command.name.find(' ');
  const std::string first(command.name.substr(0, space));
  auto* node = add_node(tree.app, first);
  if (space != std::string_view::npos) {
    node->preparse_callback([&tree, first](std::size_t) { tree.group = first; });
    node = add_node(*node, std::string(command.name.substr(space + 1)));
  }
  node->preparse_callback([&tree, &command, node](std::size_t) {
    tree.command = &command;
    for (const auto& fields : command.fields) attach(tree, *node, fields);
  });
}

void build(Tree& tree) {
  tree.app.set_help_flag();
  tree.app.allow_extras();
  tree.app.require_subcommand(0, 1);
  for (const auto& fields : common_fields()) attach(tree, tree.app, fields);
  for (const auto& command : commands())
    if (!command.raw_words) add_command(tree, command);
}

// "--flag=" would make CLI11 take the next word.
Result<void> refuse_empty_values(const Words& words) {
  for (const auto& word : words)
    if (word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1)
      return Failure(missing_value(word.substr(0, word.size() - 1)));
  return {};
}

// Gives the words that are no flags, in their order.
Result<Words> read_flags(Tree& tree, const Words& words) {
  DIVIO_CHECK(refuse_empty_values(words));
  try {
    tree.app.parse(Words(words.rbegin(), words.rend()));
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string_view text = mismatch.what();
    return Failure(missing_value(std::string(text.substr(0, text.find(':')))));
  } catch (const CLI::Error& error) {
    return fail(ErrorCode::invalid, error.what(), "see 'divioctl help'");
  }
  Words rest = tree.app.remaining(true);
  const auto flag = std::ranges::find_if(rest, [](const auto& word) { return word.size() > 1 && word[0] == '-'; });
  if (flag != rest.end() && !(tree.command == nullptr && flag != rest.begin()))
    return Failure(unknown_flag(*flag, tree.command));
  return rest;
}

Result<void> take_flags(const Tree& tree, Invocation& invocation) {
  for (const auto& [field, option] : tree.attached) {
    if (option->count() == 0) continue;
    DIVIO_ASSIGN(invocation.given[field->name], wire::parse_field(*field, option->results()));
  }
  return {};
}

Result<void> take_variables(const Variables& variables, Invocation& invocation) {
  for (const auto& fields : common_fields())
    for (const auto& field : fields) {
      if (field.variable.empty() || invocation.given.contains(field.name)) continue;
      const auto value = variables(field.variable);
      if (!value) continue;
      DIVIO_ASSIGN(invocation.given[field.name], wire::parse_field(field, std::span(&*value, 1)));
    }
  return {};
}

// Hands the words that are no flags to the positional fields: one each, and all that is left to a repeated one.
Result<void> take_positionals(const Words& words, Invocation& invocation) {
  std::span<const std::string> left(words);
  for (const auto& fields : invocation.command->fields)
    for (const auto& field : fields) {
      if (!field.positional || left.empty()) continue;
      const auto count = is_repeated(field) ? left.size() : 1;
      DIVIO_ASSIGN(invocation.given[field.name], wire::parse_field(field, left.first(count)));
      left = left.subspan(count);
    }
  if (!left.empty()) return Failure(unexpected_word(left.front(), *invocation.command));
  return {};
}

// What stands behind "--" is a command to carry out, where the command has such a field; else plain words.
void take_behind_dashes(Words behind, Words& words, Invocation& invocation) {
  for (const auto& fields : invocation.command->fields)
    for (const auto& field : fields)
      if (field.after_dashes) {
        if (!behind.empty()) invocation.given[field.name] = std::move(behind);
        return;
      }
  std::ranges::move(behind, std::back_inserter(words));
}

Result<void> check_required(const Invocation& invocation) {
  for (const auto& fields : invocation.command->fields)
    for (const auto& field : fields)
      if (field.required && !invocation.given.contains(field.name))
        return Failure(missing_field(field, *invocation.command));
  if (invocation.read<CommonOptions>().dry_run && !invocation.command->plans)
    return Failure(no_dry_run(*invocation.command));
  return {};
}

Result<Invocation> without_command(const Tree& tree, const Words& words, Invocation invocation) {
  invocation.group = tree.group;
  if (invocation.read<CommonOptions>().help && words.empty()) return invocation;
  if (!tree.group.empty()) return Failure(unknown_in_group(tree.group, words.empty() ? "" : words.front()));
  if (!words.empty()) return Failure(unknown_command(words.front()));
  return invocation;
}

std::optional<Invocation> raw_command(const Words& words) {
  if (words.empty()) return std::nullopt;
  const auto* const command = find_command(words.front());
  if (command == nullptr || !command->raw_words) return std::nullopt;
  Invocation invocation{.command = command, .group = {}, .given = {}};
  invocation.given[command->fields.front().front().name] = Words(words.begin() + 1, words.end());
  return invocation;
}

}  // namespace

std::optional<std::string> process_variable(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Result<Invocation> parse(const Words& words, const Variables& variables) {
  if (auto raw = raw_command(words)) return *raw;
  const auto dashes = std::ranges::find(words, "--");
  Words behind;
  if (dashes != words.end()) behind.assign(dashes + 1, words.end());

  Tree tree;
  build(tree);
  DIVIO_TRY(plain, read_flags(tree, Words(words.begin(), dashes)));
  Invocation invocation{.command = tree.command, .group = {}, .given = {}};
  DIVIO_CHECK(take_flags(tree, invocation));
  DIVIO_CHECK(take_variables(variables, invocation));
  if (tree.command == nullptr) return without_command(tree, plain, std::move(invocation));
  take_behind_dashes(std::move(behind), plain, invocation);
  if (invocation.read<CommonOptions>().help) return invocation;
  DIVIO_CHECK(take_positionals(plain, invocation));
  DIVIO_CHECK(check_required(invocation));
  return invocation;
}

bool wants_json(const Words& words) {
  const auto end = std::ranges::find(words, "--");
  for (auto word = words.begin(); word != end; ++word) {
    if (*word == "--output=json" || *word == "-ojson") return true;
    if ((*word == "--output" || *word == "-o") && std::next(word) != end && *std::next(word) == "json") return true;
  }
  return false;
}

}  // namespace divio::cli
