// Sealing of secrets at rest: libsodium's crypto_secretbox (XSalsa20 and Poly1305) with a random nonce and the key of
// the catalogue's folder. A sealed text is a version byte (1), the nonce (24 bytes), and the box.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"

namespace divio::store {

// 32 bytes, overwritten when it goes away. Safe to read from several threads.
class SealingKey {
 public:
  static constexpr std::size_t size = 32;

  // Reads the file; `refused` if others than its owner may read it, not_found if it is not there.
  [[nodiscard]] static Result<SealingKey> load(const std::filesystem::path& path);
  // Writes a new random key with mode 0600.
  [[nodiscard]] static Result<SealingKey> make(const std::filesystem::path& path);

  SealingKey(const SealingKey&) = default;
  SealingKey& operator=(const SealingKey&) = delete;
  ~SealingKey();

  [[nodiscard]] std::string seal(std::string_view text) const;
  // `noun` names what was sealed in the error, which is that it was sealed with another key or is damaged.
  [[nodiscard]] Result<Secret> open(std::string_view sealed, std::string_view noun) const;

  // 32 hexadecimal digits: the same for the same text, and of no use to anybody without the key.
  [[nodiscard]] std::string digest(std::string_view text) const;

 private:
  SealingKey() = default;
  std::array<unsigned char, size> bytes_{};
};

// `length` random characters of A-Z, a-z, 0-9, '-' and '_': 6 bits each.
[[nodiscard]] Secret random_text(std::size_t length);

}  // namespace divio::store
