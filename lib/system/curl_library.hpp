// libcurl, loaded at the first request. Only its headers are compiled against (for the types and constants).
#pragma once

#include <curl/curl.h>

#include "divio/result.hpp"

namespace divio::system {

#define DIVIO_CURL_FUNCTIONS(X)                                                                              \
  X(global_init)                                                                                             \
  X(easy_init)                                                                                               \
  X(easy_cleanup) X(easy_reset) X(easy_setopt) X(easy_getinfo) X(easy_perform) X(easy_strerror) X(easy_send) \
      X(easy_recv) X(slist_append) X(slist_free_all) X(multi_init) X(multi_cleanup) X(multi_add_handle)      \
          X(multi_remove_handle) X(multi_perform) X(multi_poll) X(multi_wakeup) X(multi_info_read)

// The functions in use, without their "curl_".
struct CurlLibrary {
#define DIVIO_CURL_MEMBER(name) decltype(&::curl_##name) name = nullptr;  // NOLINT(bugprone-macro-parentheses)
  DIVIO_CURL_FUNCTIONS(DIVIO_CURL_MEMBER)
#undef DIVIO_CURL_MEMBER
};

// Loads and initialises libcurl once; safe from several threads. The pointer stays valid until the process ends.
[[nodiscard]] Result<const CurlLibrary*> curl_library();

}  // namespace divio::system
