#include "load/client/response.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace divio::load {
namespace {

constexpr std::size_t kept_body = 64 * 1024;
constexpr std::size_t largest_line = 64 * 1024;
constexpr std::size_t largest_chunk = std::size_t{1} << 40;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool read_number(std::string_view text, int base, std::size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Response::Step Response::feed(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  pending_ += bytes;
  while (!head_done_) {
    const auto end = pending_.find("\r\n\r\n");
    if (end == std::string::npos) return pending_.size() > largest_line ? Step::broken : Step::more;
    if (!read_head()) return Step::broken;
    pending_.erase(0, end + 4);
    head_done_ = status_ >= 200;  // 1xx are followed by the real one
  }
  return framing_ == Framing::chunked ? read_chunks() : read_body();
}

Response::Step Response::end() const {
  return head_done_ && framing_ == Framing::until_close ? Step::done : Step::broken;
}

bool Response::read_head() {
  const std::string_view head = std::string_view(pending_).substr(0, pending_.find("\r\n\r\n") + 2);
  std::size_t at = head.find("\r\n");
  std::size_t status = 0;
  if (!head.starts_with("HTTP/1.") || at < 12 || !read_number(head.substr(9, 3), 10, status) || status < 100) return false;
  status_ = static_cast<int>(status);
  keeps_alive_ = head[7] == '1';
  framing_ = status_ == 204 || status_ == 304 ? Framing::none : Framing::until_close;
  for (at += 2; at < head.size();) {
    const auto end = head.find("\r\n", at);
    if (!read_header_line(head.substr(at, end - at))) return false;
    at = end + 2;
  }
  return true;
}

bool Response::read_header_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string name = lower(line.substr(0, colon));
  const std::string value = lower(trimmed(line.substr(colon + 1)));
  if (name == "connection") {
    keeps_alive_ = value == "keep-alive" || (keeps_alive_ && value.find("close") == std::string::npos);
  } else if (framing_ == Framing::until_close && name == "content-length") {
    framing_ = Framing::length;
    return read_number(value, 10, left_);
  } else if (framing_ != Framing::none && name == "transfer-encoding" && value == "chunked") {
    framing_ = Framing::chunked;
  }
  return true;
}

void Response::take(std::size_t size) {
  body_.append(pending_, 0, std::min(size, kept_body - std::min(kept_body, body_.size())));
  pending_.erase(0, size);
}

Response::Step Response::read_body() {
  if (framing_ == Framing::until_close) {
    take(pending_.size());
    return Step::more;
  }
  if (framing_ == Framing::length) {
    const auto size = std::min(left_, pending_.size());
    take(size);
    left_ -= size;
    if (left_ > 0) return Step::more;
  }
  return pending_.empty() ? Step::done : Step::broken;
}

Response::Step Response::read_chunks() {
  for (;;) {
    if (in_chunk_) {  // left_ counts the line ending after the chunk too
      const auto data = left_ > 2 ? std::min(left_ - 2, pending_.size()) : 0;
      take(data);
      left_ -= data;
      if (left_ > 2 || pending_.size() < left_) return Step::more;
      if (pending_.compare(0, 2, "\r\n") != 0) return Step::broken;
      pending_.erase(0, 2);
      in_chunk_ = false;
    }
    const auto end = pending_.find("\r\n");
    if (end == std::string::npos) return pending_.size() > largest_line ? Step::broken : Step::more;
    const std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 2);
    if (last_chunk_) {  // trailers, up to an empty line
      if (line.empty()) return pending_.empty() ? Step::done : Step::broken;
      continue;
    }
    if (!read_number(std::string_view(line).substr(0, line.find(';')), 16, left_) || left_ > largest_chunk) return Step::broken;
    last_chunk_ = left_ == 0;
    in_chunk_ = !last_chunk_;
    left_ += 2;
  }
}

}  // namespace divio::load
