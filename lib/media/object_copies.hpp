// Objects on their way from one end of a mirror to the other.
#pragma once

#include <mutex>

#include "media/at_once.hpp"
#include "media/mirror.hpp"
#include "media/object_end.hpp"

namespace divio::media {

// Keeps references. Several threads may use one, but for done().
class ObjectCopies {
 public:
  ObjectCopies(ObjectEnd& from, ObjectEnd& to, bool back, std::uint64_t whole, const Mirror::Moved& moved)
      : from_(from), to_(to), back_(back), whole_(whole), moved_(moved) {}

  // Copies the object that is meant. One that has become another one, or went, is left for the next pass.
  [[nodiscard]] Result<void> bring(const Listed& one);

  [[nodiscard]] const Pairs& done() const noexcept { return done_; }

 private:
  void keep(const Listed& one, std::string tag);
  void tell(std::size_t bytes);

  ObjectEnd& from_;
  ObjectEnd& to_;
  bool back_;
  std::uint64_t whole_;
  const Mirror::Moved& moved_;
  UploadRoom room_;
  std::mutex mutex_;
  std::uint64_t over_ = 0;
  std::uint64_t told_ = 0;
  Pairs done_;
};

}  // namespace divio::media
