// The keys of backups. Each backup has a random key of its own, with which its data is sealed; that key is in the manifest,
// sealed with the backup key, which is in the catalogue and nowhere in the store of backups.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"

namespace divio::backups {

// 32 bytes; seals the keys of backups and signs their manifests. libsodium: crypto_secretbox, and crypto_auth for signing.
class BackupKey {
 public:
  [[nodiscard]] static BackupKey make();
  // What text() wrote; invalid for anything else, a mistyped one too.
  [[nodiscard]] static Result<BackupKey> parse(const Secret& text);

  // "divio-backup-key-" with 64 hexadecimal digits and 8 that are a checksum: what people keep in a safe.
  [[nodiscard]] Secret text() const;
  // Tells keys apart, and says nothing about them.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

  // A random key for a backup, and as it is written into the manifest.
  [[nodiscard]] static Secret make_data_key();
  [[nodiscard]] std::string seal(const Secret& data_key) const;
  // refused where it was not sealed with this key.
  [[nodiscard]] Result<Secret> open(std::string_view sealed) const;

  // A text followed by a line with its signature; and the text, refused where it was changed or signed with another key.
  [[nodiscard]] std::string sign(std::string_view text) const;
  [[nodiscard]] Result<std::string> verify(std::string_view signed_text, std::string_view noun) const;

 private:
  explicit BackupKey(Secret bytes);
  [[nodiscard]] Secret derived(std::string_view purpose) const;
  Secret bytes_;
  std::string id_;
};

}  // namespace divio::backups
