// The catalogue's folder: catalogue.db and the key its secrets are sealed with.
#pragma once

#include <filesystem>
#include <string>

#include "divio/result.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sealing.hpp"

namespace divio::store {

struct Catalogue {
  Connection connection;
  SealingKey key;
  std::string id;
};

// Opens the catalogue in `home`. Makes the folder (0700), the key and the database (0600) where there is no catalogue
// yet, and brings an older one up to date; any number of processes may do that at once. Otherwise writes nothing. A key
// that is missing, not this catalogue's, or readable by others is an error: it is never replaced.
[[nodiscard]] Result<Catalogue> open_catalogue(const std::filesystem::path& home);

}  // namespace divio::store
