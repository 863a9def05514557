#include "store/sqlite/sealing.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "support/try.hpp"
#include "system/files.hpp"

namespace divio::store {
namespace {

static_assert(SealingKey::size == crypto_secretbox_KEYBYTES);

constexpr char sealed_version = 1;
constexpr std::size_t nonce_size = crypto_secretbox_NONCEBYTES;
constexpr std::size_t head_size = 1 + nonce_size;

// Picks the fastest code for this processor and makes random numbers safe to use from threads.
void prepare_sodium() {
  [[maybe_unused]] static const int ready = sodium_init();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

Result<void> check_mode(const std::filesystem::path& path) {
  struct stat seen {};
  if (::stat(path.c_str(), &seen) != 0) return Failure(system::file_error("read the key", path, errno));
  if ((seen.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return fail(
      ErrorCode::refused,
      fmt::format("the key {} can be read by others (mode {:04o})", path.string(), seen.st_mode & 07777U),
      fmt::format("chmod 600 {}; if somebody may have read it, change the secrets of your projects", path.string()));
}

}  // namespace

SealingKey::~SealingKey() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

Result<SealingKey> SealingKey::load(const std::filesystem::path& path) {
  prepare_sodium();
  DIVIO_CHECK(check_mode(path));
  DIVIO_TRY(text, system::read_file(path));
  const Secret content(std::move(text));
  if (content.reveal().size() != size)
    return fail(ErrorCode::failed,
                fmt::format("the key {} is damaged: it has {} bytes instead of {}", path.string(),
                            content.reveal().size(), size),
                "restore it from a backup");
  SealingKey key;
  std::ranges::copy(content.reveal(), key.bytes_.begin());
  return key;
}

Result<SealingKey> SealingKey::make(const std::filesystem::path& path) {
  prepare_sodium();
  SealingKey key;
  crypto_secretbox_keygen(key.bytes_.data());
  const std::string_view content(reinterpret_cast<const char*>(key.bytes_.data()), size);
  DIVIO_CHECK(system::write_file(path, content, S_IRUSR | S_IWUSR));
  return key;
}

std::string SealingKey::seal(std::string_view text) const {
  std::string sealed(head_size + crypto_secretbox_MACBYTES + text.size(), sealed_version);
  randombytes_buf(sealed.data() + 1, nonce_size);
  crypto_secretbox_easy(bytes_of(sealed) + head_size, bytes_of(text), text.size(), bytes_of(sealed) + 1, bytes_.data());
  return sealed;
}

Result<Secret> SealingKey::open(std::string_view sealed, std::string_view noun) const {
  if (!sealed.empty() && sealed.front() > sealed_version)
    return fail(ErrorCode::refused, fmt::format("{} was sealed by a newer divioctl", noun), "update divioctl");
  if (sealed.size() >= head_size + crypto_secretbox_MACBYTES && sealed.front() == sealed_version) {
    const std::string_view box = sealed.substr(head_size);
    std::string text(box.size() - crypto_secretbox_MACBYTES, '\0');
    if (crypto_secretbox_open_easy(bytes_of(text), bytes_of(box), box.size(), bytes_of(sealed) + 1, bytes_.data()) == 0)
      return Secret(std::move(text));
  }
  return fail(ErrorCode::failed,
              fmt::format("{} cannot be unsealed: it is damaged or was sealed with another key", noun),
              "restore the catalogue and its key from the same backup");
}

std::string SealingKey::digest(std::string_view text) const {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_of(text), text.size(), bytes_.data(), bytes_.size());
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

Secret random_text(std::size_t length) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  static_assert(alphabet.size() == 64);
  prepare_sodium();
  std::string text(length, '\0');
  randombytes_buf(text.data(), text.size());
  for (char& character : text) character = alphabet[static_cast<unsigned char>(character) & 63U];
  return Secret(std::move(text));
}

}  // namespace divio::store
