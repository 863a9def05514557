// Of which memory and disk of a machine one is warned.
#pragma once

#include <cstdint>

namespace divio {

inline constexpr std::uint64_t little_memory = 1ULL << 30;  // bytes
inline constexpr std::uint64_t little_disk = 5ULL << 30;

}  // namespace divio
