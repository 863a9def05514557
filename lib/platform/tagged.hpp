// Listeners for what is done to several environments.
#pragma once

#include <string>

#include "divio/events.hpp"

namespace divio {

// Says before everything that `listener` is told whom it is about: "shop/live".
[[nodiscard]] Listener tagged_with(std::string name, Listener listener);

// Can be called from several threads at once; `listener` is not.
[[nodiscard]] Listener serialized(Listener listener);

}  // namespace divio
