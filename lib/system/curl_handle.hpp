// Owners of libcurl's handles.
#pragma once

#include <memory>

#include "divio/result.hpp"
#include "system/curl_library.hpp"

namespace divio::system {

struct CloseEasy {
  const CurlLibrary* curl = nullptr;
  void operator()(CURL* handle) const noexcept { curl->easy_cleanup(handle); }
};
struct CloseMulti {
  const CurlLibrary* curl = nullptr;
  void operator()(CURLM* handle) const noexcept { curl->multi_cleanup(handle); }
};
struct FreeList {
  const CurlLibrary* curl = nullptr;
  void operator()(curl_slist* list) const noexcept { curl->slist_free_all(list); }
};

using CurlHandle = std::unique_ptr<CURL, CloseEasy>;
using CurlMulti = std::unique_ptr<CURLM, CloseMulti>;
using CurlList = std::unique_ptr<curl_slist, FreeList>;

[[nodiscard]] inline Result<CurlHandle> make_handle(const CurlLibrary& curl) {
  CurlHandle handle(curl.easy_init(), CloseEasy{&curl});
  if (!handle) return fail(ErrorCode::failed, "libcurl gave no handle", "the machine may be out of memory");
  return handle;
}

}  // namespace divio::system
