#include <fmt/format.h>

#include <algorithm>

#include "ports/object_storage.hpp"
#include "support/text.hpp"

namespace divio::ports {
namespace {

constexpr std::size_t longest_key = 900;
constexpr std::size_t longest_part = 200;

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t offset) { return static_cast<unsigned char>(text[at + offset]); };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > text.size()) return false;
    for (std::size_t i = 1; i < length; ++i)
      if ((byte(i) & 0xc0U) != 0x80) return false;
    if (first == 0xe0 && byte(1) < 0xa0) return false;
    if (first == 0xed && byte(1) > 0x9f) return false;
    if (first == 0xf0 && byte(1) < 0x90) return false;
    if (first == 0xf4 && byte(1) > 0x8f) return false;
    at += length;
  }
  return true;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Failure refuse(std::string_view why) {
  return fail(ErrorCode::invalid, fmt::format("a key of an object storage {}", why));
}

}  // namespace

Result<void> check_key(std::string_view key) {
  if (key.empty() || key.size() > longest_key) return refuse("has 1 to 900 bytes");
  if (!is_utf8(key)) return refuse("has to be UTF-8");
  if (std::ranges::any_of(key, is_control)) return refuse("has no line breaks and no other control characters");
  for (const auto& part : split(key, '/')) {
    if (part.empty() || part.size() > longest_part) return refuse("has parts of 1 to 200 bytes between its slashes");
    if (part == "." || part == ".." || part.starts_with(".divio-"))
      return refuse(fmt::format("cannot have the part '{}'", part));
  }
  return {};
}

Result<void> check_range(const ByteRange& range, const ObjectInfo& object) {
  if (!range.tag.empty() && range.tag != object.tag) return fail(ErrorCode::conflict, fmt::format("{} has become another one", object.key), "try again");
  if (range.from <= object.bytes) return {};
  return fail(ErrorCode::invalid, fmt::format("{} has {} bytes; there is nothing from {} on", object.key, object.bytes, range.from));
}

}  // namespace divio::ports
