#include "engines/docker/frames.hpp"

#include <algorithm>

namespace divio::engines {

void FrameReader::feed(std::string_view bytes, const ports::ChunkSink& sink) {
  if (!framed_) {
    if (!bytes.empty()) sink(ports::Output::out, bytes);
    return;
  }
  while (!bytes.empty()) {
    if (left_ > 0) {
      const auto part = bytes.substr(0, left_);
      sink(output_, part);
      left_ -= static_cast<std::uint32_t>(part.size());
      bytes.remove_prefix(part.size());
      continue;
    }
    header_[header_size_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (header_size_ < header_.size()) continue;
    header_size_ = 0;
    // 3 is the engine's own error about the stream (Docker 28), told like an error of the command.
    output_ = header_[0] >= 2 ? ports::Output::err : ports::Output::out;
    left_ = std::uint32_t{header_[4]} << 24 | std::uint32_t{header_[5]} << 16 | std::uint32_t{header_[6]} << 8 |
            std::uint32_t{header_[7]};
  }
}

}  // namespace divio::engines
