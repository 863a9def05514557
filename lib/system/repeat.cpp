#include "system/repeat.hpp"

#include <cerrno>

namespace divio::system {

bool is_worth_repeating(Repeat repeat, const TransportFailure& failure) {
  if (failure.timed_out || failure.certificates || failure.passed_on) return false;
  if (failure.sent) return repeat == Repeat::if_unanswered;
  return failure.os_error == ECONNREFUSED || failure.os_error == ECONNRESET || failure.os_error == EPIPE ||
         failure.os_error == EAGAIN;  // a unix socket with a full queue
}

}  // namespace divio::system
