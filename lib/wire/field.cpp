#include "wire/field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "support/text.hpp"
#include "support/try.hpp"
#include "wire/duration.hpp"

namespace divio::wire {
namespace {

Failure wrong(const Field& field, std::string message, std::string hint = {}) {
  return fail(ErrorCode::invalid, fmt::format("{}: {}", shown_name(field), message), std::move(hint));
}

std::optional<int> whole_number(std::string_view word) {
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

Result<int> bounded_number(const Field& field, std::string_view word) {
  const auto number = whole_number(word);
  const auto other = field.word_for_all.empty() ? std::string() : fmt::format(", nor '{}'", field.word_for_all);
  if (!number) return wrong(field, fmt::format("'{}' is not a whole number{}", word, other));
  if (*number < field.least) return wrong(field, fmt::format("{} is less than {}", *number, field.least));
  if (*number > field.most) return wrong(field, fmt::format("{} is more than {}", *number, field.most));
  return *number;
}

Result<FieldValue> parse_flag(const Field& field, std::span<const std::string> words) {
  if (words.empty() || words.back() == "true") return FieldValue(true);
  if (words.back() == "false") return FieldValue(false);
  return wrong(field, fmt::format("takes no value, but '{}' was given", words.back()));
}

Result<FieldValue> parse_number(const Field& field, const std::string& word) {
  if (!field.word_for_all.empty() && word == field.word_for_all) return FieldValue(-1);
  DIVIO_TRY(number, bounded_number(field, word));
  return FieldValue(number);
}

Result<FieldValue> parse_choice(const Field& field, const std::string& word) {
  const auto& choices = field.access.choices;
  if (std::ranges::find(choices, std::string_view(word)) != choices.end()) return FieldValue(word);
  const std::vector<std::string> known(choices.begin(), choices.end());
  const auto near = nearest(word, known);
  return wrong(field, fmt::format("'{}' is none of {}", word, join(known, ", ")),
               near ? fmt::format("did you mean '{}'?", *near) : "");
}

Result<FieldValue> parse_length(const Field& field, const std::string& word) {
  auto length = parse_duration(word);
  if (!length) return wrong(field, length.error().message, length.error().hint);
  if (length->count() < field.least)
    return wrong(field, fmt::format("{} is less than {}", word, to_text(std::chrono::milliseconds(field.least))));
  return FieldValue(*length);
}

Result<FieldValue> parse_counts(const Field& field, std::span<const std::string> words) {
  std::map<std::string, int> counts;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return wrong(field, fmt::format("'{}' is not of the form NAME=NUMBER", word), "write for example web=3");
    const auto name = word.substr(0, equals);
    const auto number = std::string_view(word).substr(equals + 1);
    const bool stands_for_all = !field.word_for_all.empty() && number == field.word_for_all;
    DIVIO_TRY(count, stands_for_all ? Result<int>(-1) : bounded_number(field, number));
    if (!counts.emplace(name, count).second) return wrong(field, fmt::format("'{}' is given twice", name));
  }
  return FieldValue(counts);
}

}  // namespace

Result<FieldValue> parse_field(const Field& field, std::span<const std::string> words) {
  if (field.access.kind == Kind::flag) return parse_flag(field, words);
  if (words.empty()) return wrong(field, "needs a value");
  switch (field.access.kind) {
    case Kind::flag: break;
    case Kind::number: return parse_number(field, words.back());
    case Kind::duration: return parse_length(field, words.back());
    case Kind::choice: return parse_choice(field, words.back());
    case Kind::texts: return FieldValue(std::vector<std::string>(words.begin(), words.end()));
    case Kind::counts: return parse_counts(field, words);
    case Kind::text: return FieldValue(words.back());
    case Kind::secret: return wrong(field, "cannot be given on the command line");
  }
  return fail(ErrorCode::bug, fmt::format("field {} is of no known kind", field.name));
}

std::string shown_name(const Field& field) {
  return field.positional || field.after_dashes ? std::string(field.value) : fmt::format("--{}", field.name);
}

std::string default_text(const Field& field) {
  const auto value = field.access.initial();
  if (const auto* number = std::get_if<int>(&value))
    return *number == -1 ? std::string(field.word_for_all) : *number == 0 ? "" : fmt::format("{}", *number);
  if (const auto* length = std::get_if<std::chrono::milliseconds>(&value))
    return length->count() == 0 ? "" : to_text(*length);
  if (const auto* text = std::get_if<std::string>(&value))
    return field.access.kind == Kind::secret ? "" : *text;
  return {};
}

std::string member_name(const Field& field) {
  std::string name(field.member.empty() ? field.name : field.member);
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace divio::wire
