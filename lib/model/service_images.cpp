#include "model/service_images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::model {
namespace {

constexpr std::size_t longest_image = 200;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Letters, digits and what stands between them in the name of an image.
bool is_image_text(std::string_view text, std::string_view between) {
  return !text.empty() && text.size() <= longest_image && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         text.find("//") == text.npos && std::ranges::all_of(text, [&](char c) { return is_alphanumeric(c) || between.find(c) != between.npos; });
}

Result<void> add_one(ServiceImages& images, const std::string& word) {
  const auto equals = word.find('=');
  if (equals == word.npos) {
    DIVIO_TRY(mirror, parse_repository(word));
    if (!images.mirror.empty())
      return fail(ErrorCode::invalid, fmt::format("'{}' and '{}' cannot both be where images of services are fetched", images.mirror, mirror), "name one");
    images.mirror = std::move(mirror);
    return {};
  }
  const auto official = word.substr(0, equals), image = word.substr(equals + 1);
  const auto colon = official.find(':');
  if (colon == official.npos || !is_image_text(official, ":.-_") || !is_image_text(image, ":./-_@"))
    return fail(ErrorCode::invalid, fmt::format("'{}' does not say which image stands for which", word),
                "write for example postgres:15=registry.example.com/postgis:15-3.4");
  if (!images.instead.emplace(official, image).second)
    return fail(ErrorCode::invalid, fmt::format("there are two images for {}", official), "name one");
  return {};
}

}  // namespace

Result<ServiceImages> parse_service_images(std::string_view text) {
  ServiceImages images;
  if (trim(text).empty()) return images;
  for (const auto& word : split(text, ',')) {
    const auto one = std::string(trim(word));
    if (one.empty()) return fail(ErrorCode::invalid, fmt::format("'{}' has nothing between two commas", text), "leave one of them out");
    DIVIO_CHECK(add_one(images, one));
  }
  return images;
}

std::string to_string(const ServiceImages& images) {
  std::vector<std::string> words;
  if (!images.mirror.empty()) words.push_back(images.mirror);
  for (const auto& [official, image] : images.instead) words.push_back(fmt::format("{}={}", official, image));
  return join(words, ",");
}

std::string image_for(const ServiceImages& images, const std::string& official) {
  if (const auto found = images.instead.find(official); found != images.instead.end()) return found->second;
  return images.mirror.empty() ? official : images.mirror + "/" + official;
}

Result<std::string> parse_repository(const std::string& text) {
  const auto slash = text.find('/');
  const bool tagged = slash != text.npos && text.find(':', slash) != text.npos;
  if (text.empty() || (is_image_text(text, ".-_:/") && !tagged)) return text;
  return fail(ErrorCode::invalid, fmt::format("'{}' is not where images can be fetched", text),
              "write host and path without scheme and tag, for example registry.example.com/team");
}

}  // namespace divio::model
