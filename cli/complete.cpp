#include "cli/complete.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "cli/common_options.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"

namespace divio::cli {
namespace {

using Native = Candidates::Native;

// What the words before the one being typed have settled.
struct Before {
  std::string group;                    // "variable", while its second word is missing
  const Command* command = nullptr;
  std::vector<std::string> plain;       // words that are no flags, behind the command's name
  std::set<std::string_view> flags;     // given
  std::optional<wire::Field> open;      // a flag whose value is being typed
  bool dashes = false;                  // "--" was there
  bool lost = false;                    // there is no such command
  Target target;
};

std::vector<wire::Field> flags_in_reach(const Before& before) {
  auto flags = before.command == nullptr ? std::vector<wire::Field>{} : own_flags(*before.command);
  for (const auto& fields : common_fields())
    for (const auto& field : fields)
      if (field.name != "dry-run" || before.command == nullptr || before.command->plans) flags.push_back(field);
  return flags;
}

struct FlagWord {
  wire::Field field;
  std::optional<std::string> value;  // "--env=live", "-elive"
};

std::optional<FlagWord> read_flag(const Before& before, const std::string& word) {
  const bool is_long = word.starts_with("--");
  const auto equals = word.find('=');
  for (const auto& field : flags_in_reach(before)) {
    if (is_long && word.substr(2, equals == std::string::npos ? equals : equals - 2) == field.name)
      return FlagWord{field, equals == std::string::npos ? std::nullopt : std::optional(word.substr(equals + 1))};
    if (!is_long && field.letter != 0 && word[1] == field.letter)
      return FlagWord{field, word.size() > 2 ? std::optional(word.substr(2)) : std::nullopt};
  }
  return std::nullopt;
}

void take_value(Before& before, const wire::Field& field, const std::string& value) {
  for (const auto& of_target : wire::fields_of<Target>())
    if (of_target.name == field.name) of_target.access.set(&before.target, value);
}

void take_plain(Before& before, const std::string& word) {
  if (before.command != nullptr) {
    before.plain.push_back(word);
    return;
  }
  const auto name = before.group.empty() ? word : before.group + " " + word;
  before.command = find_command(name);
  if (before.command != nullptr) return;
  if (is_group(name)) before.group = name;
  else before.lost = true;
}

void take_word(Before& before, const std::string& word) {
  if (before.open) {
    take_value(before, *before.open, word);
    before.open.reset();
  } else if (before.dashes) {
    before.plain.push_back(word);
  } else if (word == "--") {
    before.dashes = true;
  } else if (word.size() < 2 || word[0] != '-') {
    take_plain(before, word);
  } else if (const auto flag = read_flag(before, word)) {
    if (!is_repeated(flag->field)) before.flags.insert(flag->field.name);
    if (flag->value) take_value(before, flag->field, *flag->value);
    else if (flag->field.access.kind != wire::Kind::flag) before.open = flag->field;
  }
}

Before read_before(const std::vector<std::string>& words) {
  Before before;
  if (const auto environment = process_variable("DIVIOCTL_ENV")) before.target.environment = *environment;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) take_word(before, words[i]);
  return before;
}

// Command names as they are typed: one word, or the second one of a group.
std::vector<Candidate> command_words(const std::string& group) {
  std::vector<Candidate> list;
  std::set<std::string> seen;
  for (const auto& command : commands()) {
    if (command.hidden || (!group.empty() && !command.name.starts_with(group + " "))) continue;
    const auto rest = group.empty() ? command.name : command.name.substr(group.size() + 1);
    const std::string word(rest.substr(0, rest.find(' ')));
    if (!seen.insert(word).second) continue;
    const bool whole = word == rest;
    list.push_back({word, whole ? std::string(command.summary) : fmt::format("commands about a {}", word)});
  }
  return list;
}

std::vector<Candidate> flag_words(const Before& before) {
  std::vector<Candidate> list;
  for (const auto& flag : flags_in_reach(before))
    if (!before.flags.contains(flag.name)) list.push_back({fmt::format("--{}", flag.name), std::string(flag.help)});
  return list;
}

// "web=", and behind the "=" the word that can stand for a number.
void add_counts(std::vector<Candidate>& list, const wire::Field& field, const std::string& name, const std::string& word) {
  list.push_back({name + "=", ""});
  if (!field.word_for_all.empty() && word.starts_with(name + "=")) list.back().value += field.word_for_all;
}

Candidates values_of(const wire::Field& field, const Before& before, const NameSource& names, const std::string& word) {
  Candidates found;
  for (const auto& words : {field.access.choices, field.offered})
    for (const auto word_of_all : words) found.list.push_back({std::string(word_of_all), ""});
  if (field.completes == wire::Completes::directories) found.native = Native::directories;
  else if (field.completes == wire::Completes::files) found.native = Native::files;
  else if (field.completes == wire::Completes::commands) found.list = command_words(before.plain.empty() ? "" : before.plain[0]);
  else if (field.completes != wire::Completes::nothing)
    for (const auto& name : names(field.completes, before.target)) {
      if (field.access.kind == wire::Kind::counts) add_counts(found.list, field, name, word);
      else found.list.push_back({name, ""});
    }
  return found;
}

// The field that takes the next plain word.
std::optional<wire::Field> next_argument(const Before& before) {
  std::size_t place = 0;
  for (const auto& field : arguments(*before.command)) {
    if (field.after_dashes) continue;
    if (place == before.plain.size() || is_repeated(field)) return field;
    ++place;
  }
  return std::nullopt;
}

bool takes_command(const Command& command) {
  return std::ranges::any_of(arguments(command), &wire::Field::after_dashes);
}

Candidates argument_values(const Before& before, const NameSource& names, const std::string& word) {
  if (before.dashes && takes_command(*before.command)) return {.list = {}, .native = Native::files};
  const auto field = next_argument(before);
  auto found = field ? values_of(*field, before, names, word) : Candidates{};
  if (!before.dashes && takes_command(*before.command)) found.list.push_back({"--", "the command follows"});
  return found;
}

Candidates starting_with(const std::string& beginning, Candidates candidates, const std::string& prefix = "") {
  std::erase_if(candidates.list, [&](const Candidate& it) { return !it.value.starts_with(beginning); });
  for (auto& candidate : candidates.list) candidate.value = prefix + candidate.value;
  return candidates;
}

}  // namespace

Candidates complete(const std::vector<std::string>& words, const NameSource& names) {
  if (words.empty()) return {.list = command_words("")};
  const auto before = read_before(words);
  const auto& word = words.back();
  if (before.lost) return {};
  if (before.open) return starting_with(word, values_of(*before.open, before, names, word));
  if (!before.dashes && word.starts_with("-")) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return starting_with(word, {.list = flag_words(before)});
    const auto flag = read_flag(before, word);
    if (!flag) return {};
    return starting_with(word.substr(equals + 1), values_of(flag->field, before, names, word), word.substr(0, equals + 1));
  }
  if (before.command == nullptr) return starting_with(word, {.list = command_words(before.group)});
  return starting_with(word, argument_values(before, names, word));
}

std::string candidates_text(const Candidates& candidates) {
  std::string text;
  for (const auto& [value, description] : candidates.list)
    text += description.empty() ? value + "\n" : fmt::format("{}\t{}\n", value, description);
  if (candidates.native == Native::files) text += ":files\n";
  if (candidates.native == Native::directories) text += ":directories\n";
  return text;
}

}  // namespace divio::cli
