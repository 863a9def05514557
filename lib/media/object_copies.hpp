// Objects on their way from one bucket into another one.
#pragma once

#include <mutex>

#include "media/at_once.hpp"
#include "media/bucket_plan.hpp"
#include "media/mirror.hpp"

namespace divio::media {

// Keeps references. Several threads may use one, but for done().
class ObjectCopies {
 public:
  ObjectCopies(const Bucket& from, const Bucket& to, bool back, std::uint64_t whole, const Mirror::Moved& moved)
      : from_(from), to_(to), back_(back), whole_(whole), moved_(moved) {}

  // Copies the object that is meant. One that has become another one, or went, is left for the next pass.
  [[nodiscard]] Result<void> bring(const Listed& one);

  [[nodiscard]] const Pairs& done() const noexcept { return done_; }

 private:
  [[nodiscard]] Result<void> keep(const Listed& one, std::string tag);
  void tell(std::size_t bytes);

  const Bucket& from_;
  const Bucket& to_;
  bool back_;
  std::uint64_t whole_;
  const Mirror::Moved& moved_;
  UploadRoom room_;
  std::mutex mutex_;
  std::uint64_t over_ = 0;
  std::uint64_t told_ = 0;
  Pairs done_;
};

// The SHA-256 of an object's content; nothing if it has become another one, or went.
[[nodiscard]] Result<std::optional<std::string>> sum_of(const Bucket& bucket, const std::string& key, const std::string& tag);

}  // namespace divio::media
