#include "system/curl_options.hpp"

#include <fmt/format.h>

#include "support/try.hpp"

namespace divio::system {
namespace {

constexpr long piece = 262144;  // bytes

// In place of the machine's authorities (libcurl would add the folder of theirs).
Result<void> set_authorities(const CurlLibrary& curl, CURL* handle, const std::string& pem) {
  if (pem.empty()) return {};
  curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
  if (curl.easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK && curl.easy_setopt(handle, CURLOPT_CAPATH, nullptr) == CURLE_OK) return {};
  return fail(ErrorCode::failed, "this libcurl takes no certificate of an authority", "install one of 7.77 or later that uses OpenSSL");
}

// Both sides are verified: the server's certificate against this authority and no other, its name against the host's, and
// ours is there for the server to verify.
void set_tls(const CurlLibrary& curl, CURL* handle, const TlsFiles& tls) {
  curl.easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl.easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl.easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!tls.authority.empty()) {
    curl.easy_setopt(handle, CURLOPT_CAINFO, tls.authority.c_str());
    curl.easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  if (tls.certificate.empty()) return;
  curl.easy_setopt(handle, CURLOPT_SSLCERT, tls.certificate.c_str());
  curl.easy_setopt(handle, CURLOPT_SSLKEY, tls.key.c_str());
}

void set_target(const CurlLibrary& curl, CURL* handle, const HttpTarget& target, const std::string& path) {
  const bool tls = target.public_tls || !target.tls.authority.empty();
  const auto url = fmt::format("{}://{}{}", tls ? "https" : "http", target.authority, path);
  curl.easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl.easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  // An engine is spoken to directly, whatever https_proxy says about the web.
  if (!target.public_tls) curl.easy_setopt(handle, CURLOPT_PROXY, "");
  if (tls) set_tls(curl, handle, target.tls);
}

void set_connection(const CurlLibrary& curl, CURL* handle, const HttpTarget& target) {
  curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(target.connect_timeout.count()));
  curl.easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // Long waits with nothing to say (a followed log) outlive the idle timeouts of firewalls between here and the server.
  curl.easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  if (target.stall_timeout.count() > 0) {
    curl.easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl.easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(target.stall_timeout.count()));
  }
  // Images are large: fewer and larger pieces.
  curl.easy_setopt(handle, CURLOPT_BUFFERSIZE, piece);
  curl.easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, piece);
}

void sign(const CurlLibrary& curl, CURL* handle, const Signature& signature) {
  if (signature.scope.empty()) return;
  curl.easy_setopt(handle, CURLOPT_AWS_SIGV4, signature.scope.c_str());
  curl.easy_setopt(handle, CURLOPT_USERNAME, signature.key.c_str());
  curl.easy_setopt(handle, CURLOPT_PASSWORD, signature.secret.reveal().c_str());
}

void set_method(const CurlLibrary& curl, CURL* handle, const HttpRequest& request) {
  if (request.method == "GET") return;
  if (request.method == "HEAD") {
    curl.easy_setopt(handle, CURLOPT_NOBODY, 1L);
    return;
  }
  curl.easy_setopt(handle, CURLOPT_POST, 1L);
  curl.easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.writer) return;
  curl.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl.easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
}

}  // namespace

Result<CurlList> set_request(const CurlHandle& handle, const HttpTarget& target, const HttpRequest& request,
                             const std::string& socket) {
  const auto& curl = *handle.get_deleter().curl;
  CurlList list(nullptr, FreeList{&curl});
  const auto add = [&](const std::string& header) {
    curl_slist* longer = curl.slist_append(list.get(), header.c_str());
    if (longer == nullptr) return false;
    (void)list.release();
    list.reset(longer);
    return true;
  };
  // Without "Expect:", libcurl would wait for a go-ahead before it sends a large body. It would sign that line too (7.88)
  // but not send it; and storages that ask for signatures do give the go-ahead.
  bool added = !target.signature.scope.empty() || add("Expect:");
  if (request.writer) added = added && add("Transfer-Encoding: chunked");
  for (const auto& header : request.headers) added = added && add(header);
  if (!added) return fail(ErrorCode::failed, "a request could not be made", "the machine may be out of memory");

  curl.easy_reset(handle.get());
  set_connection(curl, handle.get(), target);
  set_target(curl, handle.get(), target, request.path);
  DIVIO_CHECK(set_authorities(curl, handle.get(), target.public_tls ? target.authorities : std::string()));
  sign(curl, handle.get(), target.signature);
  if (!socket.empty()) curl.easy_setopt(handle.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  set_method(curl, handle.get(), request);
  curl.easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl.easy_setopt(handle.get(), CURLOPT_HTTPHEADER, list.get());
  return list;
}

}  // namespace divio::system
