#include "backups/keys.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "backups/raw_bytes.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::backups {
namespace {

constexpr std::string_view beginning = "divio-backup-key-";
constexpr std::size_t key_bytes = crypto_secretbox_KEYBYTES;
constexpr std::size_t digits = key_bytes * 2;
constexpr std::size_t check_digits = 8;
static_assert(key_bytes == crypto_auth_KEYBYTES && key_bytes == crypto_generichash_BYTES);

std::string random_bytes(std::size_t count) {
  [[maybe_unused]] static const int ready = sodium_init();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes_of(bytes), bytes.size());
  text.pop_back();
  return text;
}

// Empty for what is not hexadecimal.
std::string from_hex(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  std::size_t made = 0;
  const char* end = nullptr;
  const bool good = sodium_hex2bin(bytes_of(bytes), bytes.size(), text.data(), text.size(), nullptr, &made, &end) == 0;
  return good && made == bytes.size() && end == text.data() + text.size() ? bytes : std::string();
}

std::string checksum(std::string_view hexadecimal) { return sha256_hex(fmt::format("{}{}", beginning, hexadecimal)).substr(0, check_digits); }

Failure other_key(std::string_view noun) {
  return fail(ErrorCode::refused, fmt::format("{} was made with another backup key, or was changed", noun),
              "divioctl backup key import takes the key that it was made with");
}

}  // namespace

BackupKey::BackupKey(Secret bytes) : bytes_(std::move(bytes)), id_(hex(derived("divio backup key id").reveal()).substr(0, 16)) {}

// What one key is used for tells nothing about another use.
Secret BackupKey::derived(std::string_view purpose) const {
  std::string key(key_bytes, '\0');
  crypto_generichash(bytes_of(key), key.size(), bytes_of(purpose), purpose.size(), bytes_of(bytes_.reveal()), key_bytes);
  return Secret(std::move(key));
}

BackupKey BackupKey::make() { return BackupKey(Secret(random_bytes(key_bytes))); }

Result<BackupKey> BackupKey::parse(const Secret& text) {
  auto word = trim(text.reveal());
  const bool begins = word.starts_with(beginning) && word.size() == beginning.size() + digits + check_digits;
  if (begins) word.remove_prefix(beginning.size());
  const auto key = begins ? Secret(from_hex(word.substr(0, digits))) : Secret();
  if (key.empty() || checksum(word.substr(0, digits)) != word.substr(digits))
    return fail(ErrorCode::invalid, "that is no backup key", "give the whole line that divioctl backup key show wrote");
  return BackupKey(key);
}

Secret BackupKey::text() const {
  const auto word = hex(bytes_.reveal());
  return Secret(fmt::format("{}{}{}", beginning, word, checksum(word)));
}

Secret BackupKey::make_data_key() { return Secret(random_bytes(key_bytes)); }

std::string BackupKey::seal(const Secret& data_key) const {
  auto sealed = random_bytes(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + data_key.reveal().size());
  const auto key = derived("divio backup seal");
  crypto_secretbox_easy(bytes_of(sealed) + crypto_secretbox_NONCEBYTES, bytes_of(data_key.reveal()), data_key.reveal().size(),
                        bytes_of(sealed), bytes_of(key.reveal()));
  return hex(sealed);
}

Result<Secret> BackupKey::open(std::string_view sealed) const {
  const auto bytes = from_hex(sealed);
  constexpr std::size_t extra = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (bytes.size() != extra + key_bytes) return other_key("the key of the backup");
  std::string data(key_bytes, '\0');
  const auto key = derived("divio backup seal");
  if (crypto_secretbox_open_easy(bytes_of(data), bytes_of(bytes) + crypto_secretbox_NONCEBYTES, bytes.size() - crypto_secretbox_NONCEBYTES,
                                 bytes_of(bytes), bytes_of(key.reveal())) != 0)
    return other_key("the key of the backup");
  return Secret(std::move(data));
}

std::string BackupKey::sign(std::string_view text) const {
  std::string signature(crypto_auth_BYTES, '\0');
  const auto key = derived("divio backup sign");
  crypto_auth(bytes_of(signature), bytes_of(text), text.size(), bytes_of(key.reveal()));
  return fmt::format("{}\n{}\n", text, hex(signature));
}

Result<std::string> BackupKey::verify(std::string_view signed_text, std::string_view noun) const {
  const auto end = signed_text.find('\n');
  if (end == std::string_view::npos) return other_key(noun);
  const auto text = signed_text.substr(0, end);
  const auto signature = from_hex(trim(signed_text.substr(end + 1)));
  const auto key = derived("divio backup sign");
  if (signature.size() != crypto_auth_BYTES || crypto_auth_verify(bytes_of(signature), bytes_of(text), text.size(), bytes_of(key.reveal())) != 0)
    return other_key(noun);
  return std::string(text);
}

}  // namespace divio::backups
