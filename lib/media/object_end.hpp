// An end of a mirror of objects (object_mirror.hpp): a bucket, or a volume whose files are taken for objects.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/object_plan.hpp"
#include "media/place.hpp"

namespace divio::media {

// Several threads may use one, but for the lists, of which the newest tells which objects are meant.
class ObjectEnd {
 public:
  ObjectEnd() = default;
  ObjectEnd(const ObjectEnd&) = delete;
  ObjectEnd& operator=(const ObjectEnd&) = delete;
  virtual ~ObjectEnd() = default;

  // For people: "bucket uploads at https://s3.example.com".
  [[nodiscard]] virtual std::string name() const = 0;

  // Whether nothing can be below what is an object itself.
  [[nodiscard]] virtual bool has_folders() const { return false; }

  // What is there. Times of change may be missing, or be those at which the objects came; with_times() has them.
  [[nodiscard]] virtual Result<Objects> list() = 0;
  [[nodiscard]] virtual Result<Objects> list_with_times() { return list(); }

  // Calls `take` with the object's headers and what writes its content. False where it has become another one, or went, by then.
  using Take = std::function<Result<void>(const ports::ObjectHeaders& headers, const ports::ByteWriter& content)>;
  [[nodiscard]] virtual Result<bool> read(const Listed& object, const Take& take) = 0;

  // Puts it in place of what was there, and gives the tag that it has now. A failure of `content` leaves what was there.
  [[nodiscard]] virtual Result<std::string> write(const MediaFile& file, const ports::ObjectHeaders& headers, const ports::ByteWriter& content) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& key) = 0;
  // What was removed is gone.
  [[nodiscard]] virtual Result<void> settle() { return {}; }
  // What was written and removed stays so.
  [[nodiscard]] virtual Result<void> flush() { return {}; }

  // The SHA-256 of each content; nothing where it has become another object, or went.
  using Sums = std::vector<std::optional<std::string>>;
  [[nodiscard]] virtual Result<Sums> sums(const std::vector<Listed>& objects) = 0;

  // Remembers when objects were changed, for lists; `seen` is what they were told by. Nothing depends on it.
  virtual void remember_times(const Objects&, const Times&) {}
};

[[nodiscard]] std::unique_ptr<ObjectEnd> bucket_end(Bucket bucket);
// It stays open as long as the end lives. `written`: as objects_of() has it.
[[nodiscard]] Result<std::unique_ptr<ObjectEnd>> volume_end(const Volume& volume, bool written);

}  // namespace divio::media
