// One volume made as another one, on the same engine or another, for a move: whatever is in it, as it is (tree.hpp).
//
// A pass brings over what is new or different. What programs write meanwhile comes with the next one, and once nobody writes any
// more, one pass makes both the same. Whoever reads in the target meanwhile may see half of a file. Extended attributes and access
// control lists stay behind, and files with several names become as many files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/access.hpp"
#include "media/tree.hpp"
#include "media/volume.hpp"

namespace divio::media {

struct Passed {
  std::size_t entries = 0;  // that are there
  std::size_t copied = 0;
  std::size_t removed = 0;
  std::uint64_t bytes = 0;     // of files that were copied
  std::int64_t from_ns = 0;    // when the source was looked at, by its host's clock: what is touched from then on is for the next pass
  std::int64_t to_ns = 0;      // the same of the target
};

// What both volumes have by the content of their files, as far as it stood still while it was read.
struct Checked {
  std::size_t files = 0;      // that both have, with the same size, time of change, mode and owner
  std::uint64_t bytes = 0;    // of these
  std::string sums_from = {};  // SHA-256 over their paths and the SHA-256 of each, of what the source has
  std::string sums_to = {};
  std::vector<std::string> different = {};  // paths of those with another content
  std::vector<std::string> missing = {};    // paths of those that a pass should have brought over
};

// Both volumes stay open as long as it lives and is asked something every few minutes; after that calls fail, and it takes another
// one. One thread at a time.
class Mirror {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Mirror>> open(Volume from, Volume to);

  // What it brought is on disk when it returns. `since_ns`: Passed::from_ns of the pass before, whoever made it, if there was one.
  // `moved` is told how much of how many bytes is over.
  using Moved = std::function<void(std::uint64_t bytes, std::uint64_t of)>;
  [[nodiscard]] Result<Passed> pass(std::optional<std::int64_t> since_ns, const Moved& moved = {});

  // Reads all files of both. `since_ns`: Passed::from_ns of the newest pass; what was touched before it is missed where the target
  // lacks it. Without, what only one of the two has is not looked at.
  [[nodiscard]] Result<Checked> check(std::optional<std::int64_t> since_ns);

  // Brings what was touched in the source since and what the target does not have, while programs may write to the target.
  [[nodiscard]] Result<LatePlan> bring_late(std::int64_t since_ns);

 private:
  Mirror(Volume from, Volume to) : from_(std::move(from)), to_(std::move(to)) {}

  struct Trees {
    Tree from;
    Tree to;
  };
  [[nodiscard]] Result<Trees> look();
  [[nodiscard]] Result<void> carry_out(const MirrorPlan& plan, const Moved& moved);

  Volume from_;
  Volume to_;
  std::unique_ptr<Access> source_;
  std::unique_ptr<Access> target_;
};

}  // namespace divio::media
