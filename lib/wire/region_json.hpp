// The stored form of a region's settings, as JSON text; its name, endpoint, port and preference are columns of their own.
// Versions and missing keys are as in release_json.hpp. Pure, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/region.hpp"

namespace divio::wire {

// `invalid` if something in it is not UTF-8.
[[nodiscard]] Result<std::string> write_region_settings(const model::Region& region);
[[nodiscard]] Result<model::Region> read_region_settings(std::string_view json);

}  // namespace divio::wire
