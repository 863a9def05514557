#include "system/raw_connection.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "support/try.hpp"
#include "system/broken_pipe_guard.hpp"

namespace divio::system {
namespace {

// A command that ends before it has read its input: the engine ends its output, but may keep the connection open
// without reading on. Seconds.
constexpr int end_of_patience = 3;

Failure broken(const CurlLibrary& curl, CURLcode code) {
  return fail(ErrorCode::unreachable, fmt::format("the connection broke: {}", curl.easy_strerror(code)));
}

// Waits until `events` or the end of `patience`; false at that.
bool wait_for(int socket, short events, int patience) {
  pollfd watched{socket, events, 0};
  int ready = 0;
  do ready = ::poll(&watched, 1, patience);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

RawConnection::RawConnection(CurlHandle handle, std::function<bool()> intact)
    : handle_(std::move(handle)), intact_(std::move(intact)) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  handle_.get_deleter().curl->easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket);
  socket_ = static_cast<int>(socket);
}

Result<RawConnection::Arrived> RawConnection::take() {
  const auto& curl = *handle_.get_deleter().curl;
  // Larger than a TLS record, so that none is left behind in the TLS library where poll() does not see it.
  std::array<char, 32768> buffer;
  std::size_t count = 0;
  const auto code = curl.easy_recv(handle_.get(), buffer.data(), buffer.size(), &count);
  if (code == CURLE_AGAIN) return Arrived::nothing;
  if (code != CURLE_OK) return broken(curl, code);
  if (count == 0) return Arrived::end;
  kept_.append(buffer.data(), count);
  return Arrived::bytes;
}

Result<std::optional<std::string>> RawConnection::receive(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (kept_.empty() && !ended_) {
    DIVIO_TRY(arrived, take());
    if (arrived == Arrived::end) ended_ = true;
    if (arrived != Arrived::nothing) continue;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return fail(ErrorCode::timed_out, "nothing arrived in time");
    wait_for(socket_, POLLIN, static_cast<int>(std::min<long long>(left.count(), 60'000)));
  }
  if (kept_.empty() && intact_ && !intact_())
    return fail(ErrorCode::unreachable, "the connection broke before the end of what it carried");
  if (kept_.empty()) return std::optional<std::string>{};
  return std::optional<std::string>(std::exchange(kept_, {}));
}

Result<void> RawConnection::send(std::string_view bytes) {
  const auto& curl = *handle_.get_deleter().curl;
  const BrokenPipeGuard guard;
  int in_vain = 0;
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const auto code = curl.easy_send(handle_.get(), bytes.data(), bytes.size(), &sent);
    if (code != CURLE_OK && code != CURLE_AGAIN) return broken(curl, code);
    bytes.remove_prefix(sent);
    if (code == CURLE_OK) {
      in_vain = 0;
      continue;
    }
    wait_for(socket_, ended_ ? POLLOUT : POLLIN | POLLOUT, 1000);
    if (ended_ && ++in_vain > end_of_patience)
      return fail(ErrorCode::unreachable, "the connection broke: the other side has ended and takes nothing more");
    if (ended_) continue;
    DIVIO_TRY(arrived, take());
    if (arrived == Arrived::end) ended_ = true;
  }
  return {};
}

Result<void> RawConnection::close_sending() {
  if (::shutdown(socket_, SHUT_WR) == 0 || errno == ENOTCONN) return {};
  return fail(ErrorCode::unreachable, fmt::format("the connection broke: {}", std::strerror(errno)));
}

}  // namespace divio::system
