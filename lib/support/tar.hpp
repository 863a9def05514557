// What tar archives consist of: the header blocks of POSIX (IEEE Std 1003.1-2017, pax, "ustar Interchange Format") and of GNU
// (the manual of GNU tar, "Basic Tar Format"), and reading both. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::tar {

inline constexpr std::size_t block_size = 512;
inline constexpr std::size_t name_limit = 100;  // bytes of a name that a header holds

enum class Format { posix, gnu };

struct Header {
  std::string_view name;         // cut where it is too long
  std::string_view target = {};  // of a link
  char type = '0';
  unsigned mode = 0644;
  std::uint64_t size = 0;        // POSIX: below 8 GiB
  std::int64_t changed = 0;      // seconds since 1970; POSIX: not before
  std::string_view owner = {};   // name of user and group, up to 31 bytes; their numbers are 0
};

// One block.
[[nodiscard]] std::string render(const Header& header, Format format);

// The zeros that follow a content of so many bytes, and those that end an archive.
[[nodiscard]] std::string padding(std::uint64_t bytes);
[[nodiscard]] std::string end();

// The name of the user in a header.
[[nodiscard]] std::string_view owner_in(std::string_view header);

// As an archive says it. A long name that has an entry of its own in the archive is here already.
struct Entry {
  char type = '0';           // '0' a file, '5' a folder, '1' and '2' links
  std::string name;
  std::uint64_t size = 0;    // of the content that follows; only files have one
  std::int64_t changed = 0;  // seconds since 1970
};

// What becomes of an archive that is read, in order; content and end are for files.
struct Receiver {
  std::function<Result<void>(const Entry&)> begin;
  std::function<Result<void>(std::string_view)> content;
  std::function<Result<void>()> end;
};

// Reads an archive that comes in pieces. Nothing of a file's content is kept here.
class Reader {
 public:
  // `what` is read, for errors: "archive of media files".
  Reader(Receiver receiver, std::string what) : receiver_(std::move(receiver)), what_(std::move(what)) {}

  // failed for what is no archive. Errors of the receiver are passed on.
  [[nodiscard]] Result<void> add(std::string_view bytes);
  // After the last piece: failed if the archive broke off.
  [[nodiscard]] Result<void> finish() const;

 private:
  [[nodiscard]] Result<void> take_header();
  [[nodiscard]] Result<void> take_content(std::string_view piece);
  [[nodiscard]] Result<void> end_entry();

  Receiver receiver_;
  std::string what_;
  std::string block_;
  std::string long_name_;      // that the entry before said
  Entry entry_;
  std::uint64_t left_ = 0;     // of the content of the present entry
  std::uint64_t padding_ = 0;  // behind it
  bool ended_ = false;
};

}  // namespace divio::tar
