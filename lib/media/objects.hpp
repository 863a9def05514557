// What is in a bucket, as media.
#pragma once

#include <string>
#include <vector>

#include "media/access.hpp"
#include "media/bucket.hpp"
#include "media/times.hpp"

namespace divio::media {

inline constexpr int most_in_a_page = 1000;

inline constexpr std::string_view times_key = ".divioctl-part-times";
inline constexpr std::string_view incoming_prefix = ".divioctl-part-incoming-";  // and a run, '/', a number: files of an archive
inline constexpr std::string_view ready_prefix = ".divioctl-part-ready-";        // and a run: its files are whole

struct Objects {
  Listing listing;
  std::vector<std::string> tags;         // of listing.files, in their order
  std::vector<ports::ObjectInfo> own;    // divioctl's, that are no media
  Times times;                           // what was remembered, of objects that are not there any more too

  // The tag of an object; empty if there is none of that size.
  [[nodiscard]] std::string tag_of(const MediaFile& file) const;
  // The same, whatever its size; null if there is none.
  [[nodiscard]] const std::string* tag_at(std::string_view path) const;
};

// Whether it is divioctl's own and no media.
[[nodiscard]] bool is_own(std::string_view key);

// An archive that was whole when its writer was killed is put in first.
[[nodiscard]] Result<Objects> look_into(const Bucket& bucket);

// The same, of what is there.
[[nodiscard]] Result<Objects> list_objects(const Bucket& bucket);

// The same without what is remembered, which need not be read: times are those at which the storage got the objects.
[[nodiscard]] Result<Objects> list_stored(const Bucket& bucket);

// Adds to what is remembered now, by whomever; forgets `removed`, and what `seen` shows to be of other objects.
[[nodiscard]] Result<void> remember(const Bucket& bucket, const Objects& seen, const Times& stored, const std::vector<std::string>& removed);

// Puts in what whole archives left.
[[nodiscard]] Result<void> finish_archives(const Bucket& bucket, const Objects& seen);

}  // namespace divio::media
