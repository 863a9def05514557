#include "support/md5.hpp"

#include <bit>
#include <cmath>
#include <cstddef>

namespace divio {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::array<std::array<int, 4>, 4> rotations{{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

// floor(2^32 * |sin(i + 1)|), as RFC 1321 makes them.
const std::array<std::uint32_t, 64>& sines() {
  static const auto all = [] {
    std::array<std::uint32_t, 64> made{};
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i] = static_cast<std::uint32_t>(std::floor(std::ldexp(std::fabs(std::sin(static_cast<double>(i + 1))), 32)));
    return made;
  }();
  return all;
}

std::uint32_t word_at(std::string_view block, std::size_t index) {
  std::uint32_t word = 0;
  for (std::size_t i = 4; i-- > 0;) word = word << 8 | static_cast<unsigned char>(block[index * 4 + i]);
  return word;
}

void append(std::string& text, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
}

}  // namespace

void Md5::take_block(std::string_view block) {
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = word_at(block, i);
  auto [a, b, c, d] = state_;
  for (std::size_t i = 0; i < 64; ++i) {
    std::uint32_t mixed = 0;
    std::size_t word = 0;
    switch (i / 16) {
      case 0: mixed = (b & c) | (~b & d); word = i; break;
      case 1: mixed = (d & b) | (~d & c); word = (5 * i + 1) % 16; break;
      case 2: mixed = b ^ c ^ d; word = (3 * i + 5) % 16; break;
      default: mixed = c ^ (b | ~d); word = 7 * i % 16; break;
    }
    const auto sum = a + mixed + sines()[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, rotations[i / 16][i % 4]);
  }
  state_ = {state_[0] + a, state_[1] + b, state_[2] + c, state_[3] + d};
}

void Md5::add(std::string_view data) {
  bytes_ += data.size();
  if (!rest_.empty()) {
    const auto taken = data.substr(0, block_size - rest_.size());
    rest_ += taken;
    data.remove_prefix(taken.size());
    if (rest_.size() < block_size) return;
    take_block(rest_);
    rest_.clear();
  }
  for (; data.size() >= block_size; data.remove_prefix(block_size)) take_block(data.substr(0, block_size));
  rest_ = data;
}

std::string Md5::digest() {
  const auto bits = bytes_ * 8;
  std::string end(1, '\x80');
  end.append((block_size + 55 - bytes_ % block_size) % block_size, '\0');
  append(end, bits, 8);
  add(end);
  std::string bytes;
  for (const auto word : state_) append(bytes, word, 4);
  return bytes;
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

}  // namespace divio
