// Which calls are made again when their answer was lost. Pure.
#pragma once

#include "engines/docker/api.hpp"
#include "system/repeat.hpp"

namespace divio::engines {

// Calls that only look, and those that find it done when they are made twice: what is removed is gone (404), what is
// stopped is stopped (304), a name given is the image's name, a network or volume made is there. A container with a
// name too: its second creation is a conflict that is recognised (containers.cpp). Everything else could take effect
// twice: starting a command, a build, a signal; and a container that is started, has done its work and ended, and is
// started again. Whatever has not been sent at all is sent again in any case.
[[nodiscard]] system::Repeat repeat_of(const Call& call);

}  // namespace divio::engines
