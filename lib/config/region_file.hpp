// A region file: text in, values out. No file is opened here. docs/regions.md describes the format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/region.hpp"

namespace divio::config {

// What the file itself cannot know.
struct RegionContext {
  std::string folder;                 // of the file: relative certificates are meant from there
  std::vector<model::Region> known;   // whether a region drains stays as it is where the file does not say
};

// The regions of the file in its order, each whole: what the file does not say is the default. Errors are
// ErrorCode::invalid and have a place, "regions.yaml:12:5", as those of project files. Throws nothing.
[[nodiscard]] Result<std::vector<model::Region>> parse_region_file(std::string_view yaml, std::string_view file_name,
                                                                   const RegionContext& context);

// Every key that a region may have, as a path ("regions.NAME.endpoint").
[[nodiscard]] std::vector<std::string> known_region_keys();

}  // namespace divio::config
