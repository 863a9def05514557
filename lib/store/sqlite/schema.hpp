// The catalogue's tables, and how an older catalogue becomes today's.
#pragma once

#include "store/sqlite/connection.hpp"

namespace divio::store {

// The version this program knows (PRAGMA user_version).
[[nodiscard]] int newest_schema() noexcept;

[[nodiscard]] Result<int> schema_version(Connection& connection);

// Brings the tables up to date; for use within a transaction. A catalogue of a newer version, or a database that is not
// a catalogue, is refused.
[[nodiscard]] Result<void> migrate_schema(Connection& connection);

// `refused` for a version above newest_schema().
[[nodiscard]] Result<void> check_schema_version(int version);

}  // namespace divio::store
