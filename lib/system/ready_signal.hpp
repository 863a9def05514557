// One descriptor that polls readable when a connection does, or when something that was read from it already waits in
// memory, where poll() alone would not see it.
#pragma once

#include "divio/result.hpp"
#include "system/unique_fd.hpp"

namespace divio::system {

class ReadySignal {
 public:
  // Over `socket`, which must stay open as long as this lives.
  [[nodiscard]] static Result<ReadySignal> over(int socket);

  // Whether something waits in memory.
  void set(bool waiting);
  [[nodiscard]] int descriptor() const noexcept { return both_.get(); }

 private:
  ReadySignal(UniqueFd both, UniqueFd memory) : both_(std::move(both)), memory_(std::move(memory)) {}
  UniqueFd both_;    // epoll, over the socket and memory_
  UniqueFd memory_;  // eventfd
  bool waiting_ = false;
};

}  // namespace divio::system
