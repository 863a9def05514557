// Random identifiers and hashes, from libsodium.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace divio {

// `bytes` random bytes in lower-case hexadecimal. Safe from any thread.
[[nodiscard]] std::string random_hex(std::size_t bytes);

// The SHA-256 of `data` in lower-case hexadecimal.
[[nodiscard]] std::string sha256_hex(std::string_view data);

}  // namespace divio
