// What a migration calls what it makes on the two sides of a database's move.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "migration/side.hpp"

namespace divio::migration::mariadb {

using migration::Peer;
using migration::Side;

struct Names {
  std::string migration;  // its id
  std::string database;   // also the application's user, the named connection by which this side follows, and the copy's
  std::string schema;     // a database of the migration's own; also the lock under which all that act do so, and the guard
  std::string login;      // who the other side logs in as
};

// `migration`: its id, 1 to 24 of a-z, 0-9 and '-', else invalid. Pure.
[[nodiscard]] Result<Names> names_of(std::string_view migration, const model::ServiceInstance& instance);

// `text` with {migration}, {database}, {schema} and {login} filled in. Pure.
[[nodiscard]] std::string named(std::string_view text, const Names& names);

}  // namespace divio::migration::mariadb
