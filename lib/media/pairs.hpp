// Which object of one bucket, or file of a volume (volume_objects.hpp), is which of another place, while files move between the two.
//
// A storage makes up its tags as it likes, so the same content has another one elsewhere. That two objects hold the same is known of
// those only that a pass copied, and as long as both have the tags that they had then: whatever is written has another tag, also
// within the second that S3 tells times to.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "media/bucket.hpp"

namespace divio::media {

// An object's tags in the move's source and target. Empty ones: it is about to be written, or was removed, by the move.
struct Pair {
  std::string source;
  std::string target;

  friend bool operator==(const Pair&, const Pair&) = default;
};

using Pairs = std::map<std::string, Pair, std::less<>>;  // by key

// Pure. What is read later stands above what was there; what cannot be read is left out.
[[nodiscard]] std::string write_pairs(const Pairs& pairs);
void read_pairs(std::string_view text, Pairs& pairs);

// What a move knows of its objects, kept in a bucket: each time what is new, in an object of its own, so that little is written in a
// pause however much there is. Whoever goes on with the move reads it again. One thread at a time.
class PairMemory {
 public:
  [[nodiscard]] static Result<PairMemory> open(Bucket bucket, const std::string& move);

  [[nodiscard]] const Pairs& pairs() const noexcept { return pairs_; }
  [[nodiscard]] bool knows(std::string_view key) const { return pairs_.contains(key); }

  // It is kept when this returns, though the bucket's `stop` may have been asked for.
  [[nodiscard]] Result<void> note(const Pairs& more);

 private:
  PairMemory(Bucket bucket, std::string prefix) : bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

  Bucket bucket_;
  std::string prefix_;
  int noted_ = 0;
  Pairs pairs_;
};

// Removes it.
[[nodiscard]] Result<void> forget_pairs(const Bucket& bucket, const std::string& move);

}  // namespace divio::media
