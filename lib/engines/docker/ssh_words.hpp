// What ssh wrote about its trouble, as an Error. Pure.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "engines/docker/ssh_address.hpp"

namespace divio::engines {

// Why there is no connection, from what ssh wrote until it ended.
[[nodiscard]] Error no_ssh_connection(const SshAddress& address, std::string_view log);

// Whether the other side, as busy ssh servers do, broke off before it was known who comes: worth another try.
[[nodiscard]] bool may_be_busy(std::string_view log);

// Why a connection to the engine's socket was cut, from what ssh wrote meanwhile; `alive` if ssh still runs.
[[nodiscard]] Error broken_way(const SshAddress& address, std::string_view log, bool alive);

}  // namespace divio::engines
