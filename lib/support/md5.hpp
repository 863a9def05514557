// MD5 (RFC 1321): good for telling whether two things are the same, as S3's tags do, and for nothing that has to be safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace divio {

// For data that comes in pieces. One thread at a time; nothing may be added after digest().
class Md5 {
 public:
  void add(std::string_view data);
  // 16 bytes
  [[nodiscard]] std::string digest();

 private:
  void take_block(std::string_view block);

  std::array<std::uint32_t, 4> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::uint64_t bytes_ = 0;
  std::string rest_;
};

// Bytes in lower-case hexadecimal.
[[nodiscard]] std::string hex_of(std::string_view bytes);

}  // namespace divio
