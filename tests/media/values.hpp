// Values that several tests of media are written with.
#pragma once

#include <cstdint>
#include <string>

namespace divio::tests {

inline constexpr std::int64_t second_ns = 1'000'000'000;
inline const std::string zero(1, '\0');

}  // namespace divio::tests
