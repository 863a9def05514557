#include "config/reader.hpp"

#include <fmt/format.h>

#include <charconv>

#include "model/variables.hpp"
#include "support/text.hpp"

namespace divio::config {
namespace {

std::string_view kind_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::nothing:
      return "empty";
    case YamlNode::Kind::text:
      return "a text";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  return {};
}

// Somebody who writes NAME=value as in a .env file must not find the value in the error.
std::string_view without_value(std::string_view name) {
  return name.substr(0, name.find('='));
}

Result<void> check_variable(const YamlNode& entry) {
  if (entry.name.find('=') != std::string::npos)
    return problem(entry.key_place, fmt::format("'{}=...' is not a valid variable name", without_value(entry.name)),
                   "write 'NAME: value' instead of 'NAME=value'");
  return at(entry.key_place, model::check_variable_name(entry.name));
}

}  // namespace

Failure wrong_kind(const YamlNode& node, std::string_view wanted, std::string hint) {
  return problem(node.place, fmt::format("{} must be {}, not {}", node.name, wanted, kind_of(node)), std::move(hint));
}

Failure wrong_value(const YamlNode& node, std::string_view wanted, std::string hint) {
  if (node.kind != YamlNode::Kind::text) return wrong_kind(node, wanted, std::move(hint));
  return problem(node.place, fmt::format("{} must be {}, not '{}'", node.name, wanted, node.text), std::move(hint));
}

Failure unknown_key(const YamlNode& entry, const std::vector<std::string>& known) {
  const auto near = nearest(entry.name, known);
  const auto list = fmt::format("the keys here are {}", join(known, ", "));
  return problem(entry.key_place, fmt::format("unknown key '{}'", entry.name),
                 near ? fmt::format("did you mean '{}'? {}", *near, list) : list);
}

Result<void> check_map(const YamlNode& node, std::string_view example) {
  if (node.kind == YamlNode::Kind::map || node.kind == YamlNode::Kind::nothing) return {};
  return wrong_kind(node, "a map", fmt::format("write it like {}", example));
}

Result<std::string> read_text(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::text)
    return wrong_kind(node, "a text", "put it between quotes if it holds characters that YAML uses itself");
  if (node.text.find('\0') != std::string::npos)
    return problem(node.place, fmt::format("{} holds a NUL character", node.name), "remove the \\0 from it");
  return node.text;
}

Result<std::string> read_checked(const YamlNode& node, std::optional<Complaint> (*check)(std::string_view)) {
  DIVIO_TRY(text, read_text(node));
  if (auto complaint = check(text))
    return problem(node.place, std::move(complaint->message), std::move(complaint->hint));
  return text;
}

Result<int> read_whole_number(const YamlNode& node, int lowest, int highest) {
  const auto hint = fmt::format("write a number from {} to {}", lowest, highest);
  const std::string_view text = node.text;
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos)
    return wrong_value(node, "a whole number", hint);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < lowest || number > highest)
    return problem(node.place, fmt::format("{} must be from {} to {}, not {}", node.name, lowest, highest, text), hint);
  return number;
}

Result<std::vector<std::string>> read_texts(const YamlNode& node, std::string_view example) {
  if (node.kind != YamlNode::Kind::list) return wrong_kind(node, "a list", fmt::format("write it like {}", example));
  std::vector<std::string> texts;
  for (const auto& entry : node.children) {
    DIVIO_TRY(text, read_text(entry));
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::map<std::string, std::string>> read_variables(const YamlNode& node) {
  DIVIO_CHECK(check_map(node, "{NAME: value}"));
  std::map<std::string, std::string> variables;
  for (const auto& entry : node.children) {
    DIVIO_CHECK(check_variable(entry));
    if (entry.kind == YamlNode::Kind::nothing) {
      variables.emplace(entry.name, "");
      continue;
    }
    DIVIO_TRY(text, read_text(entry));
    variables.emplace(entry.name, std::move(text));
  }
  return variables;
}

}  // namespace divio::config
