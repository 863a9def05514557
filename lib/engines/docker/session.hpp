// A command or container with its input and output, over a connection taken over from HTTP.
#pragma once

#include <memory>
#include <string>

#include "engines/docker/api.hpp"
#include "ports/streams.hpp"

namespace divio::engines {

// Where a session's size and exit code are asked for.
struct SessionOf {
  enum class Kind { command, container } kind;
  std::string id;
  bool terminal = false;
};

[[nodiscard]] Result<std::unique_ptr<ports::Session>> make_session(Api& api, SessionOf of,
                                                                   std::unique_ptr<system::RawConnection> connection);

}  // namespace divio::engines
