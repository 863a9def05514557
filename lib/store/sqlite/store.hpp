// The store on SQLite: one folder with the catalogue (catalogue.db) and the key its secrets are sealed with (key).
#pragma once

#include <filesystem>
#include <memory>

#include "ports/store.hpp"

namespace divio::store {

// Opens the store in `home`, and makes it with mode 0700 where it is not there yet. Opening a catalogue that is up to
// date writes nothing. Errors, each with a hint: no permission, disk full, a read-only file system; a damaged
// catalogue; one written by a newer divioctl (refused); a key that is missing, another catalogue's, or readable by
// others (refused).
//
// Every write is one transaction, on disk when it returns. The store may be used from several threads, and several
// processes may have the same one open; a process that forks has to open its own in the child.
[[nodiscard]] Result<std::unique_ptr<ports::Store>> open_store(const std::filesystem::path& home);

}  // namespace divio::store
