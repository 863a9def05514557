#include "engines/docker/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace divio::engines {

using nlohmann::json;

json parse_or_null(std::string_view text) {
  auto value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json() : value;
}

Result<json> parse_answer(std::string_view text, std::string_view doing) {
  auto value = json::parse(text, nullptr, false);
  if (!value.is_discarded()) return value;
  return fail(ErrorCode::failed, fmt::format("cannot {}: the engine's answer is not JSON", doing),
              "see whether the address is that of a Docker engine");
}

Result<std::string> dump(const json& value, std::string_view doing) try {
  return value.dump();
} catch (const json::exception&) {
  return fail(ErrorCode::invalid, fmt::format("cannot {}: a text in it is not UTF-8", doing),
              "look for bytes of another encoding in its variables, labels and command");
}

const json& at(const json& value, std::initializer_list<std::string_view> keys) {
  static const json nothing;
  const json* here = &value;
  for (const auto key : keys) {
    if (!here->is_object()) return nothing;
    const auto found = here->find(key);
    if (found == here->end()) return nothing;
    here = &*found;
  }
  return *here;
}

std::string text(const json& object, std::string_view key) {
  const auto& value = at(object, {key});
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t number(const json& object, std::string_view key) {
  const auto& value = at(object, {key});
  return value.is_number() ? value.get<std::int64_t>() : 0;
}

bool truth(const json& object, std::string_view key) {
  const auto& value = at(object, {key});
  return value.is_boolean() && value.get<bool>();
}

std::map<std::string, std::string> texts(const json& object) {
  std::map<std::string, std::string> result;
  if (!object.is_object()) return result;
  for (const auto& [key, value] : object.items())
    if (value.is_string()) result[key] = value.get<std::string>();
  return result;
}

}  // namespace divio::engines
