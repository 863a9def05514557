#include "system/ready_signal.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace divio::system {

Result<ReadySignal> ReadySignal::over(int socket) {
  UniqueFd both(::epoll_create1(EPOLL_CLOEXEC));
  UniqueFd memory(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event readable{};
  readable.events = EPOLLIN;
  if (both && memory && ::epoll_ctl(both.get(), EPOLL_CTL_ADD, socket, &readable) == 0 &&
      ::epoll_ctl(both.get(), EPOLL_CTL_ADD, memory.get(), &readable) == 0)
    return ReadySignal(std::move(both), std::move(memory));
  return fail(ErrorCode::failed, fmt::format("a connection cannot be watched: {}", std::strerror(errno)),
              "the limit of open files may be reached (ulimit -n)");
}

void ReadySignal::set(bool waiting) {
  if (waiting == waiting_) return;
  waiting_ = waiting;
  std::uint64_t count = 1;
  // Neither can fail: the counter is 0 or 1.
  if (waiting)
    (void)!::write(memory_.get(), &count, sizeof count);
  else
    (void)!::read(memory_.get(), &count, sizeof count);
}

}  // namespace divio::system
