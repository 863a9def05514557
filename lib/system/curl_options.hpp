// A request as libcurl's options.
#pragma once

#include "system/curl_handle.hpp"
#include "system/http.hpp"

namespace divio::system {

// Resets the handle (its connection stays open) and sets everything but the callbacks. The returned list must outlive
// the transfer, and so must `request`. `socket` is the unix socket's path, or empty for TCP.
[[nodiscard]] Result<CurlList> set_request(const CurlHandle& handle, const HttpTarget& target,
                                           const HttpRequest& request, const std::string& socket);

}  // namespace divio::system
