// Small files, read and written whole. Safe from any thread and from several processes at once.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::system {

// A sentence and a hint for a failed system call: `action` is what was tried ("write"), `error` is errno. A missing
// file is not_found, everything else failed.
[[nodiscard]] Error file_error(std::string_view action, const std::filesystem::path& path, int error);

// Every byte of the file; not_found if it is not there.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

// Replaces the file as a whole with `bytes`, whatever the umask with this mode: readers see the old file or the new
// one, and after a crash or power loss one of the two is there. The new file is on disk on return. It is written beside
// the old one first, so a link at `path` is replaced rather than followed.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view bytes, mode_t mode);

// Makes the folder and those above it where they are missing, each with exactly `mode`. Folders that are there stay as
// they are.
[[nodiscard]] Result<void> ensure_folder(const std::filesystem::path& path, mode_t mode);

// Makes the name of a file that was made, renamed or removed survive power loss.
[[nodiscard]] Result<void> sync_folder_of(const std::filesystem::path& path);

}  // namespace divio::system
