#include "system/certificates.hpp"

#include <fmt/format.h>

#include <memory>

#include "support/try.hpp"
#include "system/crypto_library.hpp"
#include "system/files.hpp"

namespace divio::system {
namespace {

constexpr std::string_view pem_begin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view pem_end = "-----END CERTIFICATE-----";

// Instead of asking on the terminal.
int no_password(char* /*place*/, int /*size*/, int /*writes*/, void* /*data*/) { return 0; }

bool is_certificate(const CryptoLibrary& crypto, std::string_view block) {
  const std::unique_ptr<BIO, decltype(crypto.BIO_free)> bio(crypto.BIO_new_mem_buf(block.data(), static_cast<int>(block.size())), crypto.BIO_free);
  const std::unique_ptr<X509, decltype(crypto.X509_free)> read(bio ? crypto.PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr) : nullptr,
                                                               crypto.X509_free);
  crypto.ERR_clear_error();
  return read != nullptr;
}

Failure wrong(std::string_view what, const std::filesystem::path& file) {
  return fail(ErrorCode::invalid, fmt::format("{} {}", file.string(), what),
              fmt::format("give the authority's certificate as PEM, which begins with {}; of DER makes it: openssl x509 -inform der -in FILE", pem_begin));
}

}  // namespace

Result<std::string> read_certificates(const std::filesystem::path& file) {
  DIVIO_TRY(library, crypto_library());
  DIVIO_TRY(text, read_file(file));
  std::string certificates;
  for (auto at = text.find(pem_begin); at != std::string::npos; at = text.find(pem_begin, at + 1)) {
    const auto block = std::string_view(text).substr(at, text.find(pem_end, at) - at);
    if (at + block.size() == text.size()) return wrong("is cut off within a certificate", file);
    const auto whole = fmt::format("{}{}\n", block, pem_end);
    if (!is_certificate(*library, whole)) return wrong("has a certificate that cannot be read", file);
    certificates += whole;
  }
  return certificates.empty() ? Result<std::string>(wrong("has no certificate", file)) : certificates;
}

}  // namespace divio::system
