// Asking an image something, by a command in a container of it that is removed again.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/runtime.hpp"

namespace divio::controller {

// What the command writes. nullopt if the image is not there, or the command fails there.
[[nodiscard]] std::optional<std::string> ask_image(Runtime& runtime, const std::string& image, const std::vector<std::string>& command, std::stop_token stop);

}  // namespace divio::controller
