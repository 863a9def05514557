#include "system/md5.hpp"

#include "support/try.hpp"
#include "system/crypto_library.hpp"

namespace divio::system {
namespace {

constexpr std::size_t digest_size = 16;

// Loaded: there is no Md5 otherwise.
const CryptoLibrary& crypto() { return **crypto_library(); }

}  // namespace

Result<Md5> Md5::begin() {
  DIVIO_TRY(library, crypto_library());
  Context context(library->EVP_MD_CTX_new(), library->EVP_MD_CTX_free);
  if (context && library->EVP_DigestInit_ex(context.get(), library->EVP_md5(), nullptr) == 1) return Md5(std::move(context));
  return fail(ErrorCode::failed, "libcrypto does not make MD5, with which S3 marks objects",
              "allow it in the configuration of OpenSSL on this computer");
}

void Md5::add(std::string_view data) { crypto().EVP_DigestUpdate(context_.get(), data.data(), data.size()); }

std::string Md5::digest() {
  std::string made(digest_size, '\0');
  crypto().EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(made.data()), nullptr);
  return made;
}

}  // namespace divio::system
