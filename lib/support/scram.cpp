#include "support/scram.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "support/base64.hpp"

namespace divio {
namespace {

constexpr int iterations = 4096;  // PostgreSQL's own default

using Digest = std::array<unsigned char, crypto_hash_sha256_BYTES>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
std::string_view text(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

Digest hmac(std::string_view key, std::string_view data) {
  Digest digest{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes(data), data.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  sodium_memzero(&state, sizeof state);
  return digest;
}

Digest hash(const Digest& data) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), data.data(), data.size());
  return digest;
}

// PBKDF2 of one block: RFC 5802 calls it Hi().
Digest salted(std::string_view password, std::string_view salt) {
  auto step = hmac(password, std::string(salt) + std::string("\0\0\0\1", 4));
  auto sum = step;
  for (int i = 1; i < iterations; ++i) {
    step = hmac(password, text(step));
    for (std::size_t at = 0; at < sum.size(); ++at) sum[at] ^= step[at];
  }
  return sum;
}

}  // namespace

std::string scram_verifier(std::string_view password, std::string_view salt) {
  auto key = salted(password, salt);
  const auto stored = hash(hmac(text(key), "Client Key"));
  const auto server = hmac(text(key), "Server Key");
  sodium_memzero(key.data(), key.size());
  return fmt::format("SCRAM-SHA-256${}:{}${}:{}", iterations, base64(salt), base64(text(stored)), base64(text(server)));
}

}  // namespace divio
