// Files on disk as entries: what a plain folder and a git working tree share.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "sources/disk.hpp"
#include "sources/entry.hpp"

namespace divio::sources {

struct DiskFile {
  std::string path;                      // in the context
  std::filesystem::path place;           // on disk
  bool is_lfs = false;                   // git hands it to Git LFS, so that a commit knows it by SHA-256
  std::filesystem::path lfs_store = {};  // may be empty
};

// Adds a file or link to the listing, or says there why it is left out. One that is gone is left out.
[[nodiscard]] Result<void> add_disk_file(const DiskFile& file, Listing& listing);

// If `text`, the content of `entry`, is a Git LFS pointer: gives the entry the real content from `store`, or notes in
// the listing that it is missing.
[[nodiscard]] Result<void> follow_lfs_pointer(Entry& entry, std::string_view text, const std::filesystem::path& store,
                                              Listing& listing);

}  // namespace divio::sources
