// What a migration calls what it makes on the two sides of a database's move.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "migration/side.hpp"

namespace divio::migration::postgres {

using migration::Peer;
using migration::Side;

// Names that no other migration, and no other database of the same server, has.
struct Names {
  std::string database;
  std::string login;     // of the instance
  std::string schema;    // also the event trigger
  std::string role;      // who the other side logs in as; also the guard
  std::string forward;   // publication, subscription and slot of the way there
  std::string backward;  // the same of the way back
};

// `migration`: its id, 1 to 24 of a-z, 0-9 and '-', else invalid. Pure.
[[nodiscard]] Result<Names> names_of(std::string_view migration, const model::ServiceInstance& instance);

// `text` with {database}, {login}, {schema}, {role}, {forward} and {backward} filled in. Pure.
[[nodiscard]] std::string named(std::string_view text, const Names& names);

// How the schemas of migrations begin.
inline constexpr std::string_view schema_prefix = "divio_migration_";

}  // namespace divio::migration::postgres
