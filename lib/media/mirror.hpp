// Media of one place made those of another one, for a move, in passes: a volume as another volume (volume_mirror.hpp), and a bucket or
// a volume as the other (object_mirror.hpp).
//
// A pass brings over what is new or different, and removes what is not there any more. What programs write meanwhile comes with the
// next one, and once nobody writes any more, one pass makes both the same.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/place.hpp"

namespace divio::media {

struct Passed {
  std::size_t entries = 0;  // that are there
  std::size_t copied = 0;
  std::size_t removed = 0;
  std::uint64_t bytes = 0;     // of files that were copied
  std::int64_t from_ns = 0;    // when the source was looked at, by its clock: what is touched from then on is for the next pass
  std::int64_t to_ns = 0;      // the same of the target
};

// What both places have by the content of their files, as far as it stood still while it was read.
struct Checked {
  std::size_t files = 0;      // that both have and that are taken for the same
  std::uint64_t bytes = 0;    // of these
  std::string sums_from = {};  // SHA-256 over their paths and the SHA-256 of each, of what the source has
  std::string sums_to = {};
  std::vector<std::string> different = {};  // paths of those with another content
  std::vector<std::string> missing = {};    // paths of those that a pass should have brought over
};

// What was written in the source after the last pass.
struct Late {
  std::size_t brought = 0;
  std::vector<std::string> left = {};  // paths of what is older in the target: nobody knows which of the two is meant
};

// Volumes stay open as long as it lives and is asked something every few minutes; after that calls fail, and it takes another
// one. After a failure, too; another one goes on where it was. One thread at a time.
class Mirror {
 public:
  Mirror() = default;
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;
  virtual ~Mirror() = default;

  // What it brought is stored for good when it returns. `since_ns`: Passed::from_ns of the pass before, whoever made it, if there was
  // one. `moved` is told how much of how many bytes is over.
  using Moved = std::function<void(std::uint64_t bytes, std::uint64_t of)>;
  [[nodiscard]] virtual Result<Passed> pass(std::optional<std::int64_t> since_ns, const Moved& moved) = 0;

  // Reads all files of both. `since_ns`: Passed::from_ns of the newest pass; what was there before it is missed where the target
  // lacks it. Without, what only one of the two has is not looked at.
  [[nodiscard]] virtual Result<Checked> check(std::optional<std::int64_t> since_ns) = 0;

  // Brings what was touched in the source since and what the target does not have, while programs may write to the target.
  [[nodiscard]] virtual Result<Late> bring_late(std::int64_t since_ns) = 0;
};

// Which move it is made for, and whether it leads from the move's target back to its source.
struct OfMove {
  std::string id;
  bool back = false;
};

[[nodiscard]] Result<std::unique_ptr<Mirror>> open_mirror(const Place& from, const Place& to, const OfMove& move);

}  // namespace divio::media
