// What each type of service does in its own way; instance.cpp chooses.
#pragma once

#include <span>
#include <string>

#include "services/instance.hpp"

namespace divio::services {

// Once for each new volume, before anybody else is let in. Done again, it changes nothing.
[[nodiscard]] Result<void> set_up_server(const Place& place, const Server& server);

namespace postgres {
[[nodiscard]] Result<void> set_up_server(const Place& place, const Server& server);
[[nodiscard]] Result<void> put_login(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                     const Login& login, const TenantLimits& limits);
[[nodiscard]] Result<void> put_database(const Place& place, const Server& server, const model::ServiceInstance& instance);
[[nodiscard]] Result<void> drop_login(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                      const std::string& role);
[[nodiscard]] Result<void> remove(const Place& place, const Server& server, const model::ServiceInstance& instance);
[[nodiscard]] Result<void> restore(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                   const ports::ArchiveWriter& archive);
}  // namespace postgres

namespace mariadb {
// `passwords`: those that are good from now on.
[[nodiscard]] Result<void> put(const Place& place, const Server& server, const model::ServiceInstance& instance,
                               std::span<const Secret> passwords, const TenantLimits& limits);
[[nodiscard]] Result<void> remove(const Place& place, const Server& server, const model::ServiceInstance& instance);
[[nodiscard]] Result<void> restore(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                   const ports::ArchiveWriter& archive);
}  // namespace mariadb

namespace redis {
[[nodiscard]] Result<void> put(const Place& place, const Server& server, std::span<const Secret> passwords);
[[nodiscard]] Result<void> remove(const Place& place, const Server& server);
[[nodiscard]] Result<void> restore(const Place& place, const Server& server, const ports::ArchiveWriter& archive);
}  // namespace redis

}  // namespace divio::services
