// The head of HTTP/1.1 messages, for connections that are taken over and so are not read by libcurl.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "system/http.hpp"

namespace divio::system {

// "HTTP/1.1 101 UPGRADED" -> 101; 0 if it is no status line.
[[nodiscard]] int status_of(std::string_view line) noexcept;

// Adds "Name: value" under its name in lower case; any other line is ignored.
void add_header(std::map<std::string, std::string>& headers, std::string_view line);

// A whole head, without the empty line that ends it.
[[nodiscard]] HttpResponse parse_head(std::string_view head);

// The text of a request that asks the server to hand the connection over (RFC 9110, section 7.8).
[[nodiscard]] std::string upgrade_request_text(const HttpRequest& request, std::string_view host);

// Reads a head from the connection; what follows it stays to be received.
[[nodiscard]] Result<HttpResponse> receive_head(RawConnection& connection);

// Reads the body of an answer whose head has been read: as much as Content-Length says, or what comes until the end.
[[nodiscard]] Result<std::string> receive_body(RawConnection& connection,
                                               const std::map<std::string, std::string>& headers);

}  // namespace divio::system
