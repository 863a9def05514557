#include "sha1.hpp"

#include <bit>

namespace hello {

void Sha1::block(const std::uint8_t* bytes) {
  std::array<std::uint32_t, 80> w;
  for (int i = 0; i < 16; ++i) {
    w[i] = std::uint32_t{bytes[4 * i]} << 24 | std::uint32_t{bytes[4 * i + 1]} << 16 | std::uint32_t{bytes[4 * i + 2]} << 8 | bytes[4 * i + 3];
  }
  for (int i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  auto [a, b, c, d, e] = state_;
  for (int i = 0; i < 80; ++i) {
    const std::uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const std::uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
    const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state_ = {state_[0] + a, state_[1] + b, state_[2] + c, state_[3] + d, state_[4] + e};
}

void Sha1::add(std::string_view bytes) {
  length_ += bytes.size();
  rest_ += bytes;
  std::size_t used = 0;
  for (; rest_.size() - used >= 64; used += 64) block(reinterpret_cast<const std::uint8_t*>(rest_.data()) + used);
  rest_.erase(0, used);
}

std::array<std::uint8_t, 20> Sha1::finish() {
  const std::uint64_t bits = length_ * 8;
  std::string end(1, '\x80');
  end.append((119 - rest_.size()) % 64, '\0');
  for (int shift = 56; shift >= 0; shift -= 8) end += static_cast<char>(bits >> shift);
  add(end);
  std::array<std::uint8_t, 20> digest;
  for (int i = 0; i < 20; ++i) digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

std::string hex(const std::array<std::uint8_t, 20>& digest) {
  std::string text;
  for (const auto byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string base64(const std::array<std::uint8_t, 20>& digest) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < digest.size(); i += 3) {
    const std::uint32_t three = std::uint32_t{digest[i]} << 16 | (i + 1 < 20 ? std::uint32_t{digest[i + 1]} << 8 : 0) |
                                (i + 2 < 20 ? std::uint32_t{digest[i + 2]} : 0);
    for (int shift = 18; shift >= 0; shift -= 6) text += letters[three >> shift & 63];
  }
  text.back() = '=';  // 20 bytes are one short of a multiple of three
  return text;
}

}  // namespace hello
