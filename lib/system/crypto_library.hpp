// libcrypto of OpenSSL 3, loaded when certificates are made or read, or digests are made. Only its headers are compiled against.
// https://docs.openssl.org/3.0/man3/
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "divio/result.hpp"

namespace divio::system {

#define DIVIO_CRYPTO_FUNCTIONS(X)                                                                          \
  X(ASN1_INTEGER_set_uint64)                                                                               \
  X(ASN1_TIME_set_string)                                                                                  \
  X(BIO_ctrl) X(BIO_free) X(BIO_new) X(BIO_new_mem_buf) X(BIO_s_mem) X(BIO_s_secmem)                       \
  X(ERR_clear_error)                                                                                       \
  X(EVP_DigestFinal_ex) X(EVP_DigestInit_ex) X(EVP_DigestUpdate) X(EVP_MD_CTX_free) X(EVP_MD_CTX_new)      \
  X(EVP_PKEY_Q_keygen) X(EVP_PKEY_free) X(EVP_md5) X(EVP_sha256)                                           \
  X(PEM_read_bio_X509) X(PEM_write_bio_PrivateKey) X(PEM_write_bio_X509)                                   \
  X(RAND_bytes)                                                                                            \
  X(X509V3_EXT_conf_nid) X(X509V3_set_ctx)                                                                 \
  X(X509_EXTENSION_free) X(X509_NAME_add_entry_by_txt) X(X509_add_ext) X(X509_free)                        \
  X(X509_get_serialNumber) X(X509_get_subject_name) X(X509_getm_notAfter) X(X509_getm_notBefore)           \
  X(X509_new) X(X509_set_issuer_name) X(X509_set_pubkey) X(X509_set_version) X(X509_sign)

struct CryptoLibrary {
#define DIVIO_CRYPTO_MEMBER(name) decltype(&::name) name = nullptr;  // NOLINT(bugprone-macro-parentheses)
  DIVIO_CRYPTO_FUNCTIONS(DIVIO_CRYPTO_MEMBER)
#undef DIVIO_CRYPTO_MEMBER
};

// Loads it once; safe from several threads. The pointer stays valid until the process ends.
[[nodiscard]] Result<const CryptoLibrary*> crypto_library();

}  // namespace divio::system
