// Media files between a folder of this machine and a volume: only what is new or different travels.
//
// A file that comes in is written under another name beside its place, and renamed when it is whole: nobody ever reads
// half of one, and what a killed run has brought over is not brought again. Times of change are kept. Files in the volume
// belong to the owner of the volume's folder, mode 0644, folders 0755; files in the folder to whoever runs this, by the
// umask. Two runs at once do each other no harm: of each file one of the two is there in the end.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "media/manifest.hpp"
#include "media/volume.hpp"

namespace divio::media {

struct SyncOptions {
  bool remove = false;   // what the target has and the source does not
  bool dry_run = false;  // plan, and change nothing
  std::function<void(const SyncPlan&)> planned = {};
  std::function<void(std::uint64_t files, std::uint64_t bytes)> moved = {};  // so far; from several threads, one call at a time
};

struct Synced {
  SyncPlan plan;
  std::uint64_t files = 0;  // that were copied
  std::uint64_t bytes = 0;
  std::vector<std::string> left_out;  // links and special files of the source
  std::vector<std::string> skipped;   // files that changed or went while they were read; the next run takes them
};

// The folder's files into the volume. not_found if the folder is not there.
[[nodiscard]] Result<Synced> push(const Volume& volume, const std::filesystem::path& folder, const SyncOptions& options);

// The volume's files into the folder, which is made if it is not there. What went and came while a dry run looked is not seen.
[[nodiscard]] Result<Synced> pull(const Volume& volume, const std::filesystem::path& folder, const SyncOptions& options);

// What is there.
struct Contents {
  Manifest files;
  std::vector<std::string> left_out;
};
[[nodiscard]] Result<Contents> list(const Volume& volume);

}  // namespace divio::media
