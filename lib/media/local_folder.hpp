// A folder of this machine as one side of a transfer. Safe from several threads at once.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "divio/result.hpp"
#include "media/access.hpp"
#include "system/unique_fd.hpp"

namespace divio::media {

// An opened file, and what was known of it then.
struct OpenFile {
  system::UniqueFd file;
  MediaFile seen;
};

class LocalFolder {
 public:
  // not_found where it is not there; with `make` it is made, and those above it.
  [[nodiscard]] static Result<LocalFolder> open(const std::filesystem::path& path, bool make);

  // Every file below it; links and special files are left out and named. Links are not followed.
  [[nodiscard]] Result<Listing> list(const std::stop_token& stop) const;

  // nullopt if it is not there any more, or no file.
  [[nodiscard]] Result<std::optional<OpenFile>> read(const std::string& path) const;

  // Whether what was read of it is what is there now.
  [[nodiscard]] static bool is_unchanged(const OpenFile& file);

  // Removes a file, and the folders that have become empty. One that is gone is a success.
  [[nodiscard]] Result<void> remove(const std::string& path) const;

  // What was written is on disk, names too.
  [[nodiscard]] Result<void> sync() const;

  // Removes drafts that killed runs left.
  void sweep() const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] int descriptor() const { return root_.get(); }
  // A folder below it, made where it is missing, with no link on the way.
  [[nodiscard]] Result<system::UniqueFd> make_folder(const std::string& path) const;
  [[nodiscard]] Failure os_failure(std::string_view action, const std::string& path, int error) const;

 private:
  LocalFolder(std::filesystem::path path, system::UniqueFd root) : path_(std::move(path)), root_(std::move(root)) {}

  std::filesystem::path path_;
  system::UniqueFd root_;
};

// How a stat has a file's time, and the part of a path above its last part.
[[nodiscard]] std::int64_t changed_ns(const struct stat& seen);
[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace divio::media
