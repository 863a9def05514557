// Service instances on their servers: a database and who logs in to it, or a whole Redis. The server has to be serving
// (ensure_server). What server.hpp says of being killed and called again holds here too.
//
// Of an instance these functions read type, database, role and password.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "ports/images.hpp"
#include "ports/streams.hpp"
#include "services/server.hpp"
#include "services/tenancy.hpp"

namespace divio::services {

// Who logs in to an instance, and with what: role and password of its DSN.
struct Login {
  std::string role;
  Secret password;

  friend bool operator==(const Login&, const Login&) = default;
};

// What an instance is called on its server: the same whenever it is asked, so that a lost catalogue can be made again.
// `catalogue` is the catalogue's id.
[[nodiscard]] std::string database_of(std::string_view catalogue, const model::ServiceInstance& instance);

// A login for the instance beside the one it has, or its first one where its role is empty; instance.database has to be
// set. The password is random. Store it before it is used; nothing is done on the server.
[[nodiscard]] Result<Login> new_login(const model::ServiceInstance& instance);

// A random password for a server's administrator.
[[nodiscard]] Secret new_password();

// Makes the instance's database and its login, or makes what is there be as it should be: password, limits, rights.
// For MariaDB and Redis, where a login keeps its name, only this password is good then: within a rotation, begin_rotation()
// is what has to be called again.
[[nodiscard]] Result<void> provision(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                     const TenantLimits& limits = {});

// A rotation: begin_rotation makes `next` valid beside the instance's present login; finish_rotation is called when no
// container uses the old one any more, with `next` already in the instance, and refuses the old one. Connections of the
// new login are never touched; those of the old one end with finish_rotation (PostgreSQL), or live on until their client
// closes them (MariaDB, Redis). finish_rotation with `old` being the present login is a bug and does nothing.
[[nodiscard]] Result<void> begin_rotation(const Place& place, const Server& server,
                                          const model::ServiceInstance& instance, const Login& next);
[[nodiscard]] Result<void> finish_rotation(const Place& place, const Server& server,
                                           const model::ServiceInstance& instance, const Login& old);

// Removes the instance with all its data. Removing what is gone succeeds.
[[nodiscard]] Result<void> remove_instance(const Place& place, const Server& server,
                                           const model::ServiceInstance& instance);

// Writes one consistent state of the instance into `sink`, as the type's own tool writes it: custom format of pg_dump,
// SQL of mariadb-dump, RDB of Redis. It is whole only if this succeeds. Never more than a few megabytes are in memory.
[[nodiscard]] Result<void> dump(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                const ports::ByteSink& sink);

// Puts what dump() wrote in place of all that the instance holds. `archive` runs on the caller's thread; if it fails, its
// error is the result. Until the whole dump is in, PostgreSQL and Redis serve what they had, and a restore that fails
// changes nothing. MariaDB cannot put one database in another's place: it is emptied first, and a restore that fails
// leaves what came in by then. Connections to the instance are cut; its login and limits hold afterwards as before.
[[nodiscard]] Result<void> restore(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                   const ports::ArchiveWriter& archive);

// The client of the server's type, logged in as the instance, to be run in the container `server.name`. The password is
// in the environment of the command.
[[nodiscard]] Result<ports::ExecSpec> shell_command(const model::ServiceInstance& instance);

}  // namespace divio::services
