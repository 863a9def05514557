// Reading the engine's JSON: what is absent, null or of another type reads as empty, because engines differ in what
// they leave out and null where they have nothing.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::engines {

// null where `text` is not JSON.
[[nodiscard]] nlohmann::json parse_or_null(std::string_view text);

// failed, naming what was asked ("list containers"), where `text` is not JSON.
[[nodiscard]] Result<nlohmann::json> parse_answer(std::string_view text, std::string_view doing);

// failed where a text in it is not UTF-8, which JSON cannot hold.
[[nodiscard]] Result<std::string> dump(const nlohmann::json& value, std::string_view doing);

// The value reached by these keys one after the other; null if there is none.
[[nodiscard]] const nlohmann::json& at(const nlohmann::json& value, std::initializer_list<std::string_view> keys);

[[nodiscard]] std::string text(const nlohmann::json& object, std::string_view key);
[[nodiscard]] std::int64_t number(const nlohmann::json& object, std::string_view key);
[[nodiscard]] bool truth(const nlohmann::json& object, std::string_view key);
[[nodiscard]] std::map<std::string, std::string> texts(const nlohmann::json& object);

}  // namespace divio::engines
