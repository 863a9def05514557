// The divio.yaml that `divioctl init` writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/names.hpp"

namespace divio::config {

struct StarterFacts {
  model::ProjectName project;
  std::optional<std::uint16_t> port;  // absent: left to PORT or the image
  std::string health_path;            // empty, or not a valid path: left as a comment
};

// A file which parse_project_file accepts, with the other keys as comments to be uncommented.
[[nodiscard]] std::string render_starter(const StarterFacts& facts);

}  // namespace divio::config
