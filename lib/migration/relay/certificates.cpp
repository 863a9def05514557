#include "migration/relay/certificates.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <memory>

#include "support/try.hpp"
#include "system/crypto_library.hpp"

namespace divio::migration::relay {
namespace {

using system::CryptoLibrary;

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

Failure refused(std::string_view what) {
  return fail(ErrorCode::failed, fmt::format("libcrypto cannot make {} for the relay", what),
              "check the installation of OpenSSL 3 on this computer");
}

// What was written to it, and gone with it.
class Memory {
 public:
  Memory(const CryptoLibrary& crypto, const BIO_METHOD* method)
      : crypto_(crypto), bio_(crypto.BIO_new(method), [](BIO*) {}) {}
  ~Memory() { crypto_.BIO_free(bio_.get()); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  [[nodiscard]] BIO* get() const { return bio_.get(); }
  [[nodiscard]] std::string text() const {
    char* begin = nullptr;
    const auto size = crypto_.BIO_ctrl(bio_.get(), BIO_CTRL_INFO, 0, &begin);
    return size > 0 ? std::string(begin, static_cast<std::size_t>(size)) : std::string();
  }

 private:
  const CryptoLibrary& crypto_;
  Owned<BIO> bio_;
};

bool add_extension(const CryptoLibrary& crypto, X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  crypto.X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(crypto.X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()),
                                        crypto.X509_EXTENSION_free);
  return extension && crypto.X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_number(const CryptoLibrary& crypto, X509* certificate) {
  std::uint64_t number = 0;
  std::array<unsigned char, 8> bytes{};
  if (crypto.RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  for (const auto byte : bytes) number = number << 8U | byte;
  return crypto.ASN1_INTEGER_set_uint64(crypto.X509_get_serialNumber(certificate), number | 1U) == 1;
}

// RFC 5280, 4.1.2.5: the latter stands for no end.
bool set_times(const CryptoLibrary& crypto, X509* certificate) {
  return crypto.ASN1_TIME_set_string(crypto.X509_getm_notBefore(certificate), "20200101000000Z") == 1 &&
         crypto.ASN1_TIME_set_string(crypto.X509_getm_notAfter(certificate), "99991231235959Z") == 1;
}

bool set_name(const CryptoLibrary& crypto, X509* certificate, const std::string& name) {
  auto* subject = crypto.X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("divioctl relay");
  return crypto.X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
         crypto.X509_set_issuer_name(certificate, subject) == 1 &&
         add_extension(crypto, certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(crypto, certificate, NID_ext_key_usage, "serverAuth,clientAuth") &&
         add_extension(crypto, certificate, NID_subject_alt_name, "DNS:" + name);
}

Result<std::string> certificate_of(const CryptoLibrary& crypto, EVP_PKEY* key, const std::string& name) {
  const Owned<X509> certificate(crypto.X509_new(), crypto.X509_free);
  if (!certificate) return refused("a certificate");
  const bool made = crypto.X509_set_version(certificate.get(), X509_VERSION_3) == 1 && set_number(crypto, certificate.get()) &&
                    set_times(crypto, certificate.get()) && crypto.X509_set_pubkey(certificate.get(), key) == 1 &&
                    set_name(crypto, certificate.get(), name) &&
                    crypto.X509_sign(certificate.get(), key, crypto.EVP_sha256()) > 0;
  const Memory memory(crypto, crypto.BIO_s_mem());
  if (!made || memory.get() == nullptr || crypto.PEM_write_bio_X509(memory.get(), certificate.get()) != 1)
    return refused("a certificate");
  return memory.text();
}

}  // namespace

Result<Identity> make_identity(const std::string& name) {
  DIVIO_TRY(library, system::crypto_library());
  const auto& crypto = *library;
  const Owned<EVP_PKEY> key(crypto.EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), crypto.EVP_PKEY_free);
  if (!key) return refused("a key");
  DIVIO_TRY(certificate, certificate_of(crypto, key.get(), name));
  const Memory memory(crypto, crypto.BIO_s_secmem());  // overwrites what it held
  if (memory.get() == nullptr ||
      crypto.PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return refused("a key");
  return Identity{std::move(certificate), Secret(memory.text())};
}

}  // namespace divio::migration::relay
