// A store whose process ends, as by kill -9 or a power cut, as soon as its journal holds a number of records more.
#pragma once

#include <memory>

#include "ports/store.hpp"

namespace divio::crash {

// Everything else goes to `store`. A record is each beginning, entry and end of an operation.
[[nodiscard]] std::unique_ptr<ports::Store> make_dying_store(std::unique_ptr<ports::Store> store, int records);

}  // namespace divio::crash
