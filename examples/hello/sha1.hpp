// SHA-1 (RFC 3174): the WebSocket handshake asks for it, and /echo proves with it that a body arrived whole.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hello {

class Sha1 {
 public:
  void add(std::string_view bytes);
  [[nodiscard]] std::array<std::uint8_t, 20> finish();

 private:
  void block(const std::uint8_t* bytes);

  std::array<std::uint32_t, 5> state_{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  std::uint64_t length_ = 0;
  std::string rest_;
};

std::string hex(const std::array<std::uint8_t, 20>& digest);
std::string base64(const std::array<std::uint8_t, 20>& digest);

}  // namespace hello
