// A file that is written bit by bit and comes into being at once. One thread at a time.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "system/unique_fd.hpp"

namespace divio::system {

// Written beside `path` under another name, which is removed unless the draft was put in place; a process that is killed
// leaves it there. Errors are those of file_error().
class FileDraft {
 public:
  [[nodiscard]] static Result<FileDraft> begin(const std::filesystem::path& path);
  FileDraft(FileDraft&& other) noexcept;
  FileDraft& operator=(FileDraft&&) = delete;
  ~FileDraft();

  [[nodiscard]] Result<void> write(std::string_view bytes);

  // Replaces what is at `path`, whatever the umask with this mode. All of it is on disk on return, its name too; after a
  // crash or power loss the old file or the new one is there. A link at `path` is replaced rather than followed.
  [[nodiscard]] Result<void> put_in_place(mode_t mode);

 private:
  FileDraft(std::filesystem::path path, std::string beside, UniqueFd file);
  std::filesystem::path path_;
  std::string beside_;  // empty: nothing is to be removed
  UniqueFd file_;
};

}  // namespace divio::system
