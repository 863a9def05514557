// Tar archives (GNU), as volumes and buckets write and read them. Pure. After the manual of GNU tar, "Basic Tar Format".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "media/manifest.hpp"

namespace divio::media {

// In the place of the owner's name, in archives of what has none.
inline constexpr std::string_view no_owner = "divioctl";

// What comes before the content of a file.
[[nodiscard]] std::string tar_header(const MediaFile& file);
// Zeros after content of that length, up to the next block.
[[nodiscard]] std::string tar_padding(std::uint64_t bytes);
[[nodiscard]] std::string tar_end();

// Whether an archive that begins with these bytes, 512 or more, is of what has no owners.
[[nodiscard]] bool is_without_owners(std::string_view beginning);

struct TarEntry {
  char type = '0';  // '0' a file, '5' a folder, '1' and '2' links
  MediaFile file;   // its path without "./" before it and '/' after it; the time in whole seconds
};

// What becomes of an archive that is read, in order.
struct TarReceiver {
  std::function<Result<void>(const TarEntry&)> begin;
  std::function<Result<void>(std::string_view)> content;
  std::function<Result<void>()> end;
};

// Reads an archive that comes in pieces. Nothing of a file's content is kept here.
class TarReading {
 public:
  explicit TarReading(TarReceiver receiver) : receiver_(std::move(receiver)) {}

  // failed for what is no archive. Errors of the receiver are passed on.
  [[nodiscard]] Result<void> add(std::string_view bytes);
  // After the last piece: failed if the archive broke off.
  [[nodiscard]] Result<void> finish() const;

 private:
  [[nodiscard]] Result<void> take_header();
  [[nodiscard]] Result<void> take_content(std::string_view piece);
  [[nodiscard]] Result<void> end_entry();

  TarReceiver receiver_;
  std::string block_;
  std::string long_name_;
  TarEntry entry_;
  std::uint64_t left_ = 0;     // of the content of the present entry
  std::uint64_t padding_ = 0;  // behind it
  bool ended_ = false;
};

}  // namespace divio::media
