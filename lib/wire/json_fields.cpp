#include "wire/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace divio::wire {

using nlohmann::json;

bool is_utf8(std::string_view text) {
  try {
    static_cast<void>(json(text).dump());
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

std::optional<std::string> write_text(json object) {
  try {
    object["version"] = format_version;
    return object.dump();
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

Result<json> read_text(std::string_view text, std::string_view noun) {
  // Without exceptions: the parser's own words quote the text, which may hold secrets.
  json value = json::parse(text, nullptr, false);
  if (!value.is_object())
    return fail(ErrorCode::invalid, fmt::format("the {} is not a JSON object", noun),
                "what was stored is damaged; restore it from a backup");
  int version = format_version;
  DIVIO_CHECK(Fields(value).read("version", version));
  if (version > format_version)
    return fail(ErrorCode::invalid, fmt::format("the {} was written by a newer divioctl (format {})", noun, version),
                "update divioctl");
  return value;
}

const json* Fields::find(const std::string& key) const {
  const auto found = object_->find(key);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

std::string Fields::path_of(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

Failure Fields::wrong(const std::string& key, std::string_view expected) const {
  return fail(ErrorCode::invalid, fmt::format("{} is not {}", path_of(key), expected),
              "correct what was written there");
}

Result<void> Fields::read(const std::string& key, std::string& place) const {
  const json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) return wrong(key, "a text");
  place = value->get_ref<const std::string&>();
  return {};
}

Result<void> Fields::read(const std::string& key, bool& place) const {
  const json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_boolean()) return wrong(key, "true or false");
  place = value->get<bool>();
  return {};
}

Result<void> Fields::read_number(const std::string& key, std::int64_t& place, std::int64_t least,
                                 std::int64_t most) const {
  const json* value = find(key);
  if (value == nullptr) return {};
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool fits =
      value->is_number_integer() && (!value->is_number_unsigned() || value->get<std::uint64_t>() <= largest);
  if (!fits || value->get<std::int64_t>() < least || value->get<std::int64_t>() > most)
    return wrong(key, fmt::format("a whole number from {} to {}", least, most));
  place = value->get<std::int64_t>();
  return {};
}

Result<void> Fields::read(const std::string& key, int& place) const {
  std::int64_t number = place;
  DIVIO_CHECK(read_number(key, number, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
  place = static_cast<int>(number);
  return {};
}

Result<void> Fields::read(const std::string& key, std::uint32_t& place) const {
  std::int64_t number = place;
  DIVIO_CHECK(read_number(key, number, 0, std::numeric_limits<std::uint32_t>::max()));
  place = static_cast<std::uint32_t>(number);
  return {};
}

Result<void> Fields::read(const std::string& key, std::uint64_t& place) const {
  const json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_number_unsigned()) return wrong(key, "a whole number from 0");
  place = value->get<std::uint64_t>();
  return {};
}

Result<void> Fields::read(const std::string& key, std::optional<std::uint16_t>& place) const {
  if (find(key) == nullptr) return {};
  std::int64_t number = 0;
  DIVIO_CHECK(read_number(key, number, 0, std::numeric_limits<std::uint16_t>::max()));
  place = static_cast<std::uint16_t>(number);
  return {};
}

Result<void> Fields::read(const std::string& key, std::vector<std::string>& place) const {
  const json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_array() || !std::ranges::all_of(*value, [](const json& item) { return item.is_string(); }))
    return wrong(key, "a list of texts");
  place = value->get<std::vector<std::string>>();
  return {};
}

Result<Fields> Fields::object(const std::string& key) const {
  static const json empty = json::object();
  const json* value = find(key);
  if (value == nullptr) return Fields(empty, path_of(key));
  if (!value->is_object()) return wrong(key, "an object");
  return Fields(*value, path_of(key));
}

Result<model::TimePoint> Fields::time(const std::string& key) const {
  std::string text;
  DIVIO_CHECK(read(key, text));
  return model::parse_rfc3339(text);
}

Result<std::vector<Fields>> Fields::objects(const std::string& key) const {
  std::vector<Fields> found;
  const json* value = find(key);
  if (value == nullptr) return found;
  if (!value->is_array()) return wrong(key, "a list of objects");
  for (const json& item : *value) {
    const std::string name = fmt::format("{}[{}]", key, found.size());
    if (!item.is_object()) return wrong(name, "an object");
    found.emplace_back(item, path_of(name));
  }
  return found;
}

std::vector<std::string> Fields::keys() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : object_->items()) names.push_back(name);
  return names;
}

}  // namespace divio::wire
