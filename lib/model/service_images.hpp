// Which images a region runs for services, where not the official ones from their makers. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::model {

struct ServiceImages {
  std::string mirror;                          // "registry.example.com/mirror", in front of official names; empty: none
  std::map<std::string, std::string> instead;  // "postgres:15" -> "registry.example.com/postgis:15-3.4"
};

// "registry.example.com/mirror,postgres:15=registry.example.com/postgis:15-3.4": at most one mirror, each image once.
// invalid for anything else.
[[nodiscard]] Result<ServiceImages> parse_service_images(std::string_view text);
[[nodiscard]] std::string to_string(const ServiceImages& images);

// What stands for the official image, such as "postgres:15".
[[nodiscard]] std::string image_for(const ServiceImages& images, const std::string& official);

// The beginning of the name of an image: HOST[:PORT][/PATH], without scheme and tag. An empty text may stay empty.
[[nodiscard]] Result<std::string> parse_repository(const std::string& text);

}  // namespace divio::model
