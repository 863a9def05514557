// The first copy of a MariaDB database: a dump of one moment, taken from the target's container through whatever it reaches the
// source by, while the source is written to; what follows begins at that moment.
#pragma once

#include "migration/mariadb/moving.hpp"

namespace divio::migration::mariadb {

// Begins it, and with it to follow `from`, in a program in the container of `to` that goes on whatever becomes of who began it. All
// that `to` holds is replaced. One that is under way already goes on. `collation`: of the source's database. When nothing comes from
// there for as long as `silence`, it ends with that as its trouble.
//   conflict  the application may write `to`, or a newer attempt is known
[[nodiscard]] Result<void> begin_copying(Conversation& to, int attempt, const Peer& from, const Secret& password, const std::string& collation,
                                         std::chrono::seconds silence = std::chrono::minutes(10));

// Whether that program is there. What a Standing says is only what it said last.
[[nodiscard]] Result<bool> is_copying(const Conversation& to);

// The collation of the side's database: "utf8mb4_general_ci".
[[nodiscard]] Result<std::string> collation(Conversation& side);

// The program, for bash. Its words: schema, migration, database, login, host, port, silence in seconds. It reads a line with the password of the copying
// and one with the login's. Pure.
[[nodiscard]] std::string_view copying_program();

// A command for a shell in the container: ends the program and removes its files. No ';' is in it. Pure.
[[nodiscard]] std::string copying_removal(std::string_view schema);

}  // namespace divio::migration::mariadb
