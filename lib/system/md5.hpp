// MD5 (RFC 1321), made by libcrypto: good for telling whether two things are the same, as S3's tags do, and for nothing that
// has to be safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "divio/result.hpp"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace divio::system {

// For data that comes in pieces. One thread at a time; nothing may be added after digest().
class Md5 {
 public:
  // failed where libcrypto is not there, or may not make MD5 (it is set up for FIPS 140).
  [[nodiscard]] static Result<Md5> begin();
  void add(std::string_view data);
  // 16 bytes
  [[nodiscard]] std::string digest();

 private:
  using Context = std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)>;
  explicit Md5(Context context) : context_(std::move(context)) {}
  Context context_;
};

}  // namespace divio::system
