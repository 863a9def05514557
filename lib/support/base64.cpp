#include "support/base64.hpp"

#include <sodium.h>

namespace divio {
namespace {

constexpr int ordinary = sodium_base64_VARIANT_ORIGINAL;

std::string encode(std::string_view bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), variant);
  text.pop_back();  // its final NUL
  return text;
}

}  // namespace

std::string base64(std::string_view bytes) { return encode(bytes, ordinary); }
std::string base64_url(std::string_view bytes) { return encode(bytes, sodium_base64_VARIANT_URLSAFE); }

std::optional<std::string> base64_decode(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, ordinary) != 0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace divio
