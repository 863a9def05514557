// All files of an environment's media as one stream, for backups and copies.
#pragma once

#include "media/volume.hpp"
#include "ports/images.hpp"
#include "ports/streams.hpp"

namespace divio::media {

// Writes every file, folder and link of the volume into `sink` as a tar archive (GNU), a piece at a time, with their owners,
// modes and times; what is being written by a push is left out. Files that applications change meanwhile are there as
// they were read, and those that they take away are not. It is whole only if this succeeds. Errors of `sink` are passed on.
[[nodiscard]] Result<void> write_archive(const Volume& volume, const ports::ByteSink& sink);

enum class Existing {
  replace,  // afterwards there is what the archive has, and nothing else
  keep,     // what the archive does not have stays
};

// Puts in what write_archive() wrote. `archive` runs on the caller's thread; if it fails, its error is the result. Nothing
// that is there is touched until the whole archive is in and on disk: one that fails, is cancelled or killed before that
// changes nothing. One that is killed after that is finished by the next call of any function of this room.
[[nodiscard]] Result<void> read_archive(const Volume& volume, Existing existing, const ports::ArchiveWriter& archive);

}  // namespace divio::media
