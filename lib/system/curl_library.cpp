#include "system/curl_library.hpp"

#include "support/try.hpp"
#include "system/shared_library.hpp"

namespace divio::system {
namespace {

Result<CurlLibrary> load_curl() {
  DIVIO_TRY(library, SharedLibrary::open(DIVIO_CURL_SONAME));
  CurlLibrary curl;
#define DIVIO_CURL_LOAD(name) DIVIO_CHECK(library.load(curl.name, "curl_" #name));
  DIVIO_CURL_FUNCTIONS(DIVIO_CURL_LOAD)
#undef DIVIO_CURL_LOAD
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(ErrorCode::failed, "libcurl could not be initialised",
                "check the installation of libcurl and its TLS library");
  return curl;
}

}  // namespace

Result<const CurlLibrary*> curl_library() {
  static const Result<CurlLibrary> loaded = load_curl();
  if (!loaded) return Failure(loaded.error());
  return &*loaded;
}

}  // namespace divio::system
