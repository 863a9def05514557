// SQLite's result codes in words for people.
#pragma once

#include <string>

#include "divio/result.hpp"

struct sqlite3;

namespace divio::store {

// `code` is what a call on `handle` (which may be null) has just returned; `path` is the database's file.
[[nodiscard]] Error describe_failure(sqlite3* handle, int code, const std::string& path);

}  // namespace divio::store
