// One HTTP/1.1 response, read as it arrives (RFC 9112).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace divio::load {

class Response {
 public:
  enum class Step { more, done, broken };

  // Takes the next bytes. Broken: they are no HTTP response, or there are more of them than it says.
  Step feed(std::string_view bytes);

  // The server closed its side: done where that ends the body, broken in the middle of a response.
  [[nodiscard]] Step end() const;

  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_ && framing_ != Framing::until_close; }
  [[nodiscard]] const std::string& body() const { return body_; }  // its first 64 KiB

 private:
  enum class Framing { none, length, chunked, until_close };

  bool read_head();
  bool read_header_line(std::string_view line);
  Step read_body();
  Step read_chunks();
  void take(std::size_t size);

  std::string pending_;
  std::string body_;
  bool begun_ = false;
  bool head_done_ = false;
  int status_ = 0;
  bool keeps_alive_ = false;
  Framing framing_ = Framing::none;
  std::size_t left_ = 0;  // of the body, or of the chunk at hand
  bool in_chunk_ = false;
  bool last_chunk_ = false;
};

}  // namespace divio::load
