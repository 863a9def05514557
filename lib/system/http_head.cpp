#include "system/http_head.hpp"

#include <fmt/format.h>

#include <charconv>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::system {
namespace {

constexpr std::size_t longest_head = 65536;
constexpr std::size_t longest_body = 1048576;
constexpr std::chrono::seconds head_patience{60};  // an engine under load takes its time to start a command

std::size_t number(std::string_view text, std::size_t otherwise) noexcept {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end != text.data() ? value : otherwise;
}

}  // namespace

int status_of(std::string_view line) noexcept {
  const auto space = line.find(' ');
  if (!line.starts_with("HTTP/") || space == std::string_view::npos) return 0;
  const auto status = number(line.substr(space + 1), 0);
  return status >= 100 && status <= 999 ? static_cast<int>(status) : 0;
}

void add_header(std::map<std::string, std::string>& headers, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return;
  headers[to_lower(trim(line.substr(0, colon)))] = trim(line.substr(colon + 1));
}

HttpResponse parse_head(std::string_view head) {
  HttpResponse response;
  for (const auto& line : split(head, '\n')) {
    if (response.status == 0)
      response.status = status_of(line);
    else
      add_header(response.headers, line);
  }
  return response;
}

std::string upgrade_request_text(const HttpRequest& request, std::string_view host) {
  auto text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: {}\r\n",
                          request.method, request.path, host, request.body.size());
  for (const auto& header : request.headers) text += header + "\r\n";
  return text + "\r\n" + request.body;
}

Result<HttpResponse> receive_head(RawConnection& connection) {
  std::string head;
  auto end = std::string::npos;
  while ((end = head.find("\r\n\r\n")) == std::string::npos) {
    DIVIO_TRY(more, connection.receive(head_patience));
    if (!more || head.size() > longest_head)
      return fail(ErrorCode::unreachable, "the connection was closed before an answer came");
    head += *more;
  }
  connection.unreceive(head.substr(end + 4));
  auto response = parse_head(std::string_view(head).substr(0, end));
  if (response.status == 0) return fail(ErrorCode::unreachable, "the answer is not HTTP");
  return response;
}

Result<std::string> receive_body(RawConnection& connection, const std::map<std::string, std::string>& headers) {
  const auto length = headers.find("content-length");
  const auto wanted = length == headers.end() ? longest_body : std::min(number(length->second, 0), longest_body);
  std::string body;
  while (body.size() < wanted) {
    auto more = connection.receive(std::chrono::seconds(2));
    if (!more && more.error().code == ErrorCode::timed_out) break;
    if (!more) return Failure(std::move(more).error());
    if (!*more) break;
    body += **more;
  }
  return body;
}

}  // namespace divio::system
