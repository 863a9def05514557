// Images in the engine's JSON. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "ports/images.hpp"

namespace divio::engines {

// Answers of GET /images/{name}/json and GET /images/json.
[[nodiscard]] ports::Image read_image(const nlohmann::json& answer);
[[nodiscard]] std::vector<ports::Image> read_images(const nlohmann::json& answer);

}  // namespace divio::engines
