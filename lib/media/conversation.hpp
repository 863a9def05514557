// The conversation with the program in the container that has the volume (agent_program.hpp).
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "ports/streams.hpp"

namespace divio::media {

inline constexpr std::chrono::milliseconds look_up{500};  // how often who waits for a session sees whether to stop

struct Frame {
  char kind = 0;
  std::string bytes;
};

// Takes frames out of a stream that comes in pieces. Pure.
class FrameReader {
 public:
  void feed(std::string_view bytes);
  // True with the next frame, false where more bytes are needed. failed for what is no frame.
  [[nodiscard]] Result<bool> next(Frame& frame);

 private:
  std::string bytes_;
  std::size_t begin_ = 0;  // of what was not taken yet
};

// One thread at a time.
class Conversation {
 public:
  Conversation(std::unique_ptr<ports::Session> session, std::string about, std::stop_token stop);

  // Says a request and the bytes after it; they go once there are enough of them, or with flush() or next().
  [[nodiscard]] Result<void> say(std::string_view request, std::string_view bytes = {});
  [[nodiscard]] Result<void> flush();

  // The next frame. What the program complains of is failed, a conversation that broke off unreachable, cancelled when
  // `stop` was requested.
  [[nodiscard]] Result<Frame> next();
  // The same for a frame that has to be of this kind.
  [[nodiscard]] Result<std::string> expect(char kind);

 private:
  [[nodiscard]] Failure broken(const std::string& why) const;
  [[nodiscard]] Failure complaint(std::string_view text) const;

  std::unique_ptr<ports::Session> session_;
  std::string about_;  // "the volume shop-live-media"
  std::stop_token stop_;
  std::string out_;
  FrameReader frames_;
  std::string errors_;  // what came on standard error
};

}  // namespace divio::media
