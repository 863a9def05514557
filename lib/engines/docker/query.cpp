#include "engines/docker/query.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engines/docker/json.hpp"

namespace divio::engines {

std::string query_text(const Query& query) {
  std::string text;
  for (const auto& [name, value] : query)
    text += fmt::format("{}{}={}", text.empty() ? '?' : '&', name, percent_encode(value));
  return text;
}

Result<std::string> label_filters(const model::Labels& labels) {
  auto wanted = nlohmann::json::array();
  for (const auto& [key, value] : labels) wanted.push_back(value.empty() ? key : fmt::format("{}={}", key, value));
  return dump({{"label", wanted}}, "filter by labels");
}

ImageName split_image_name(std::string_view name) {
  if (const auto digest = name.find('@'); digest != std::string_view::npos)
    return {std::string(name.substr(0, digest)), std::string(name.substr(digest + 1))};
  const auto slash = name.rfind('/');
  const auto colon = name.rfind(':');
  const bool tagged = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  if (!tagged) return {std::string(name), "latest"};
  return {std::string(name.substr(0, colon)), std::string(name.substr(colon + 1))};
}

}  // namespace divio::engines
