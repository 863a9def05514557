// Files of a working tree, read in pieces.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "ports/streams.hpp"
#include "sources/entry.hpp"

namespace divio::sources {

// What a file was when it was counted: a file that is something else by the time it is written is an error, not an
// archive that silently differs from its digest.
struct FileState {
  std::uint64_t bytes = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
  unsigned mode = 0;          // as in stat(2), the kind of file included

  friend bool operator==(const FileState&, const FileState&) = default;
};

// Without following a link. nullopt if there is nothing; any other trouble is an error naming the path.
[[nodiscard]] Result<std::optional<FileState>> file_state(const std::filesystem::path& path);

// Reads a file from beginning to end. failed if it is not `expected` any more, before or after reading.
[[nodiscard]] Result<void> read_in_pieces(const std::filesystem::path& path, const FileState& expected,
                                          const ports::ByteSink& sink);

// All of a small file, links followed; nullopt if there is none.
[[nodiscard]] Result<std::optional<std::string>> read_whole(const std::filesystem::path& path);

// The names of what a folder holds but other folders, sorted; empty if there is no such folder.
[[nodiscard]] Result<std::vector<std::string>> file_names(const std::filesystem::path& folder);

// The SHA-256 of a file's content.
[[nodiscard]] Result<std::string> sha256_of_file(const std::filesystem::path& path, const FileState& expected);

// The error for a failed system call: "cannot read PATH: Permission denied".
[[nodiscard]] Failure cannot_read(const std::filesystem::path& path, int error_number);

}  // namespace divio::sources
