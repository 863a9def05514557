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

// Whether a file of this size is worth reading: the specification keeps pointers below 1024 bytes, and what they must
// hold takes 126.
[[nodiscard]] constexpr bool may_be_lfs_pointer(std::uint64_t bytes) noexcept {
  return bytes >= 126 && bytes < 1024;
}

// nullopt for anything that is not a pointer. Pure.
[[nodiscard]] std::optional<LfsPointer> parse_lfs_pointer(std::string_view text);

// Where `store` (".git/lfs") keeps the content of a pointer.
[[nodiscard]] std::filesystem::path lfs_content_path(const std::filesystem::path& store, const LfsPointer& pointer);

}  // namespace divio::sources
