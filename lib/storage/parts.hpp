// How large the parts of an upload are whose length nobody knows yet. S3 allows 10,000 parts of 5 MiB and more.
#pragma once

#include <cstddef>
#include <cstdint>

namespace divio::storage {

inline constexpr int most_parts = 10'000;

// Bytes of part `number` (from 1): small as long as that may do, so that little is in memory; larger later on.
[[nodiscard]] std::size_t part_bytes(int number) noexcept;

// How many parts of the size of part `number` may be on their way at once.
[[nodiscard]] int parts_at_once(int number) noexcept;

// Bytes of all the parts together.
[[nodiscard]] std::uint64_t largest_object() noexcept;

}  // namespace divio::storage
