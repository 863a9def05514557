// The framing by which the engine sends standard output and standard error over one connection: a header of eight bytes
// (stream: 1 output, 2 error; three zeros; length of what follows, big endian), then that many bytes. Logs, attach and
// exec use it unless the container or command has a terminal, whose output comes as it is. (Engine API reference,
// operation ContainerAttach, "Stream format".)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ports/streams.hpp"

namespace divio::engines {

// Takes frames apart as they arrive, in pieces of any size. One stream, one thread at a time.
class FrameReader {
 public:
  // `framed` false: everything is standard output.
  explicit FrameReader(bool framed) : framed_(framed) {}

  void feed(std::string_view bytes, const ports::ChunkSink& sink);

 private:
  bool framed_;
  std::array<unsigned char, 8> header_{};
  std::size_t header_size_ = 0;
  std::uint32_t left_ = 0;  // of the payload
  ports::Output output_ = ports::Output::out;
};

}  // namespace divio::engines
