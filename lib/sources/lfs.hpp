// Git LFS pointers: the small text files that stand in git for big ones. Format:
// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace divio::sources {

struct LfsPointer {
  std::string id;  // SHA-256 of the content, 64 hexadecimal digits
  std::uint64_t bytes = 0;
};

// The specification keeps pointers below this size.
constexpr std::uint64_t lfs_pointer_limit = 1024;

// nullopt for anything that is not a pointer. Pure.
[[nodiscard]] std::optional<LfsPointer> parse_lfs_pointer(std::string_view text);

// Where `store` (".git/lfs") keeps the content of a pointer.
[[nodiscard]] std::filesystem::path lfs_content_path(const std::filesystem::path& store, const LfsPointer& pointer);

}  // namespace divio::sources
