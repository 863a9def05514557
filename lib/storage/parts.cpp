#include "storage/parts.hpp"

namespace divio::storage {
namespace {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;
constexpr std::size_t in_memory = 32 * mebibyte;  // on their way, without the one that is being filled

}  // namespace

std::size_t part_bytes(int number) noexcept {
  if (number <= 3000) return 8 * mebibyte;
  return number <= 6000 ? 16 * mebibyte : 32 * mebibyte;
}

int parts_at_once(int number) noexcept {
  return static_cast<int>(in_memory / part_bytes(number)) - (number > 6000 ? 0 : 1);
}

std::uint64_t largest_object() noexcept {
  std::uint64_t bytes = 0;
  for (int number = 1; number <= most_parts; ++number) bytes += part_bytes(number);
  return bytes;
}

}  // namespace divio::storage
