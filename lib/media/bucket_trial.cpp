// What is found out of a bucket before it is used.
#include <algorithm>
#include <memory>

#include "media/bucket.hpp"
#include "media/objects.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

// An object of divioctl's own that is there for a moment.
class Mark {
 public:
  static Result<std::unique_ptr<Mark>> put(const Bucket& bucket) {
    auto mark = std::make_unique<Mark>(bucket);
    DIVIO_CHECK(bucket.storage->put(mark->key_, [](const ports::ByteSink& sink) { return sink("divioctl tries this bucket out"); }, bucket.stop));
    mark->is_there_ = true;
    return mark;
  }

  explicit Mark(const Bucket& bucket) : bucket_(bucket) {}
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
  ~Mark() {
    if (is_there_) static_cast<void>(bucket_.storage->remove(key_));
  }

  [[nodiscard]] const std::string& key() const { return key_; }
  Result<void> remove() {
    is_there_ = false;
    return bucket_.storage->remove(key_);
  }

 private:
  const Bucket& bucket_;
  std::string key_ = std::string(draft_prefix) + "try-" + random_hex(4);
  bool is_there_ = false;
};

}  // namespace

Result<void> try_out(const Bucket& bucket) {
  auto& storage = *bucket.storage;
  DIVIO_TRY(page, storage.list("", "", 1));
  DIVIO_TRY(mark, Mark::put(bucket));
  DIVIO_CHECK(storage.get(mark->key(), {}, [](std::string_view) { return Result<void>(); }, bucket.stop));
  return mark->remove();
}

Result<bool> is_empty(const Bucket& bucket) {
  std::string from;
  do {
    if (bucket.stop.stop_requested()) return fail(ErrorCode::cancelled, "looking into the bucket was cancelled");
    DIVIO_TRY(page, bucket.storage->list("", from, most_in_a_page));
    if (!std::ranges::all_of(page.objects, [](const auto& object) { return is_own(object.key); })) return false;
    from = std::move(page.next);
  } while (!from.empty());
  return true;
}

Result<bool> is_same(const Bucket& one, const Bucket& other) {
  DIVIO_TRY(mark, Mark::put(one));
  const auto found = other.storage->head(mark->key());
  DIVIO_CHECK(mark->remove());
  if (!found && found.error().code != ErrorCode::not_found) return Failure(found.error());
  return found.has_value();
}

}  // namespace divio::media
