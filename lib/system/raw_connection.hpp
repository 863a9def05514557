// A connection that has become a plain stream of bytes in both directions.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "system/curl_handle.hpp"

namespace divio::system {

// Belongs to one thread at a time. Destruction closes it.
class RawConnection {
 public:
  // `handle` is connected (CURLOPT_CONNECT_ONLY). `intact`, where it is given, tells at the end of the stream whether
  // it is the peer's end, or only that of a connection on the way to it.
  explicit RawConnection(CurlHandle handle, std::function<bool()> intact = {});

  // What has arrived, nullopt at the end of the stream, unreachable where it broke off, timed_out if nothing came
  // within `patience`.
  [[nodiscard]] Result<std::optional<std::string>> receive(std::chrono::milliseconds patience);

  // Sends everything. What arrives meanwhile is kept for receive(), however much it is, so that a peer that only reads
  // once it has been read from cannot block both sides. unreachable if the peer has ended its side and takes no more.
  [[nodiscard]] Result<void> send(std::string_view bytes);

  // Tells the peer that nothing more will be sent.
  [[nodiscard]] Result<void> close_sending();

  // Puts bytes back to be received next.
  void unreceive(const std::string& bytes) { kept_.insert(0, bytes); }

  [[nodiscard]] bool has_kept() const noexcept { return !kept_.empty(); }
  [[nodiscard]] int descriptor() const noexcept { return socket_; }

 private:
  enum class Arrived { bytes, nothing, end };
  [[nodiscard]] Result<Arrived> take();  // whatever is there, into kept_

  CurlHandle handle_;
  int socket_ = -1;
  std::string kept_;
  bool ended_ = false;
  std::function<bool()> intact_;
};

}  // namespace divio::system
