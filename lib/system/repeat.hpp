// Whether a request that got no answer is sent once more. Pure.
#pragma once

#include <array>
#include <chrono>

#include "system/transport_failure.hpp"

namespace divio::system {

enum class Repeat {
  if_unsent,      // only when nothing of it can have reached the server
  if_unanswered,  // also when the connection was cut before the whole answer was there: doing it twice is doing it once
};

// A server that is being restarted, or a connection that is made anew, is back within this time or not soon.
inline constexpr std::array<std::chrono::milliseconds, 3> pauses_before_repeats{
    std::chrono::milliseconds(50), std::chrono::milliseconds(200), std::chrono::milliseconds(600)};

// What will not be otherwise in a moment (no such host, a wrong certificate, no permission) is not tried again, nor
// what has taken all its time, nor an answer of which a part has been passed on already.
[[nodiscard]] bool is_worth_repeating(Repeat repeat, const TransportFailure& failure);

}  // namespace divio::system
