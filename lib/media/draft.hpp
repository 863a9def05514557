// A file of a local folder that is being written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "media/local_folder.hpp"

namespace divio::media {

// Beside its place under another name, locked as long as it is written; removed unless it was put in place or is kept for a later
// run. The folder and the file have to outlive it. One thread at a time.
class Draft {
 public:
  // `run` is a name that no other draft has. Goes on with what an earlier run left of a large file.
  [[nodiscard]] static Result<Draft> begin(const LocalFolder& folder, const MediaFile& file, const std::string& run);
  Draft(Draft&&) = default;
  Draft& operator=(Draft&&) = delete;
  ~Draft();

  // How many bytes are there from an earlier run; what is written goes after them.
  [[nodiscard]] std::uint64_t at() const { return at_; }

  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> put_in_place(std::int64_t changed_ns);
  void discard() { keep_ = false; }

 private:
  Draft(const LocalFolder& folder, const MediaFile& wanted, system::UniqueFd place)
      : folder_(folder), wanted_(wanted), place_(std::move(place)) {}
  [[nodiscard]] bool open(const std::string& key, int flags);

  const LocalFolder& folder_;
  const MediaFile& wanted_;
  system::UniqueFd place_;
  system::UniqueFd file_;
  std::string name_;
  std::uint64_t at_ = 0;
  bool keep_ = true;
};

}  // namespace divio::media
