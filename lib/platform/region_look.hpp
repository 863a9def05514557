// What regions' engines say, asked side by side.
#pragma once

#include <chrono>
#include <vector>

#include "platform/parts.hpp"

namespace divio {

struct RegionLook {
  ports::EngineInfo info;
  int instances = 0;  // of this catalogue, in this region
  std::vector<OtherEnvironment> others;  // of other catalogues, on this engine
};

// A look at each region, in their order; an error for one that did not answer within `patience`. What still waits for an
// answer then is left to itself: it holds nothing but an engine of its own.
[[nodiscard]] std::vector<Result<RegionLook>> look_at(PlatformParts& parts, const std::vector<model::Region>& regions,
                                                      std::chrono::milliseconds patience);

}  // namespace divio
