// What files a folder of media has, and how one folder becomes another. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"

namespace divio::media {

// Begins the names of files that are being written; such a file is no media, and no manifest has it.
inline constexpr std::string_view draft_prefix = ".divioctl-part-";

// A regular file. Two with the same path, size and time of change are taken for the same, as rsync does.
struct MediaFile {
  std::string path;  // bytes, not always UTF-8; relative, with '/'
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  // since 1970; whole seconds where that is all the other side can keep

  friend bool operator==(const MediaFile&, const MediaFile&) = default;
};

// By path, each once.
using Manifest = std::vector<MediaFile>;

// Sorts, and refuses (invalid) a path that is there twice or that check_path() refuses.
[[nodiscard]] Result<Manifest> make_manifest(std::vector<MediaFile> files);

// Relative, within the folder, and no draft: nothing that could be written anywhere else. Any other byte may be in it,
// line breaks too.
[[nodiscard]] Result<void> check_path(std::string_view path);

// The path of the first folder above `path` that is a file in `files`; empty if there is none.
[[nodiscard]] std::string_view file_above(std::string_view path, const Manifest& files);

struct SyncPlan {
  std::vector<MediaFile> copy;      // new or different ones, the largest first, so that no large one is left for the end
  std::vector<std::string> remove;  // there and not here; empty unless removal was asked for
  std::uint64_t bytes = 0;          // of `copy`
  std::size_t unchanged = 0;

  friend bool operator==(const SyncPlan&, const SyncPlan&) = default;
};

// How `to` becomes as `from`. A file where the other has a folder of that name, or the reverse, is refused: invalid.
[[nodiscard]] Result<SyncPlan> plan_sync(const Manifest& from, const Manifest& to, bool with_removal);

// For people: line breaks, control characters and bytes that are no text as \n, \xNN.
[[nodiscard]] std::string printable(std::string_view path);

}  // namespace divio::media
