// Reads nodes into values. A map is described by a table of fields, so what a key means stands beside its name, and the
// errors for unknown keys, the documentation's test and the reading itself share one list.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/spelling.hpp"
#include "config/yaml_tree.hpp"
#include "divio/result.hpp"
#include "support/try.hpp"

namespace divio::config {

// A key of a map and what reads its value into a T. Not called for a key with no value, which keeps its default.
template <class T>
struct Field {
  std::string_view key;
  Result<void> (*read)(const YamlNode&, T&);
};

// "release must be a list, not a text".
[[nodiscard]] Failure wrong_kind(const YamlNode& node, std::string_view wanted, std::string hint);

// "replicas must be a whole number, not 'many'": quotes what is there, so not for what may hold a secret.
[[nodiscard]] Failure wrong_value(const YamlNode& node, std::string_view wanted, std::string hint);

[[nodiscard]] Failure unknown_key(const YamlNode& entry, const std::vector<std::string>& known);

[[nodiscard]] Result<void> check_map(const YamlNode& node, std::string_view example);

// The text as written, whether it looks like a number, a truth value or a word. Refuses lists, maps, and NUL, which
// neither a command nor a variable can hold.
[[nodiscard]] Result<std::string> read_text(const YamlNode& node);

// A text that stands the check.
[[nodiscard]] Result<std::string> read_checked(const YamlNode& node,
                                               std::optional<Complaint> (*check)(std::string_view));

[[nodiscard]] Result<int> read_whole_number(const YamlNode& node, int lowest, int highest);

// A list of texts, some of which may be empty.
[[nodiscard]] Result<std::vector<std::string>> read_texts(const YamlNode& node, std::string_view example);

// Variables: names to texts. A name with no value has the empty text. Errors never show a value.
[[nodiscard]] Result<std::map<std::string, std::string>> read_variables(const YamlNode& node);

// Gives an error of the model the place of the node it is about.
template <class T>
[[nodiscard]] Result<T> at(Place place, Result<T> result) {
  if (!result) return problem(place, std::move(result.error().message), std::move(result.error().hint));
  return result;
}

// The key of an entry as a checked name.
template <class Name>
[[nodiscard]] Result<Name> read_key_as(const YamlNode& entry) {
  return at(entry.key_place, Name::parse(entry.name));
}

// Puts what was read where it belongs.
template <class T, class U>
[[nodiscard]] Result<void> assign(T& place, Result<U> value) {
  if (!value) return Failure(std::move(value).error());
  place = std::move(*value);
  return {};
}

template <class T>
[[nodiscard]] std::vector<std::string> keys_of(std::span<const Field<T>> fields) {
  std::vector<std::string> keys;
  for (const auto& field : fields) keys.emplace_back(field.key);
  return keys;
}

// Reads the keys of `map` in the order of the file, so that the first error reported is the first one in it.
template <class T>
[[nodiscard]] Result<void> read_fields(const YamlNode& map, std::span<const Field<T>> fields, T& into) {
  for (const auto& entry : map.children) {
    const Field<T>* field = nullptr;
    for (const auto& one : fields)
      if (one.key == entry.name) field = &one;
    if (field == nullptr) return unknown_key(entry, keys_of(fields));
    if (entry.kind != YamlNode::Kind::nothing) DIVIO_CHECK(field->read(entry, into));
  }
  return {};
}

}  // namespace divio::config
