// This process as the holder of an operation or a lease, and whether another holder is still alive.
#pragma once

#include <optional>
#include <string_view>

#include "model/operation.hpp"

namespace divio::system {

// This process. In a process namespace of its own (a container) the machine's id carries that namespace, because
// process numbers mean nothing outside of it.
[[nodiscard]] model::Holder this_holder();

// True only where it is certain: `holder` was on the machine of `self` (which is this_holder()), and that machine has
// started anew since, or the process has ended, or its number belongs to another process by now. A process that was
// killed and only waits for its parent to notice has ended. Anything unknown counts as alive.
[[nodiscard]] bool is_gone(const model::Holder& holder, const model::Holder& self);

struct ProcessStat {
  char state = '?';       // field 3: R, S, D, Z (ended, not yet waited for), ...
  long long started = 0;  // field 22: clock ticks since the machine started
};

// Reads /proc/PID/stat as proc(5) describes it; the process's name in it may hold spaces and parentheses.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace divio::system
