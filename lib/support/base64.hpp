// Base64 (RFC 4648), from libsodium.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace divio {

[[nodiscard]] std::string base64(std::string_view bytes);      // with '+' and '/', padded
[[nodiscard]] std::string base64_url(std::string_view bytes);  // with '-' and '_', padded

// Of base64(); nullopt for anything else.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace divio
