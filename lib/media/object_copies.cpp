#include "media/object_copies.hpp"

#include <algorithm>

#include "media/transfer.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

bool is_another(const Error& error) { return error.code == ErrorCode::conflict || error.code == ErrorCode::not_found; }

}  // namespace

Result<void> ObjectCopies::bring(const Listed& one) {
  const auto& key = one.file.path;
  const auto room = room_.take(one.file.bytes);
  const auto info = from_.storage->head(key);
  if (!info && !is_another(info.error())) return Failure(info.error());
  if (!info || info->tag != one.tag) return {};
  bool refused = false;  // by the target
  bool changed = false;
  auto stored = to_.storage->put_with(key, info->headers, [&](const ports::ByteSink& sink) {
    auto read = from_.storage->get(key, {.bytes = one.file.bytes, .tag = one.tag}, [&](std::string_view bytes) {
      auto taken = sink(bytes);
      refused = !taken;
      if (taken) tell(bytes.size());
      return taken;
    }, from_.stop);
    changed = !read && !refused && is_another(read.error());
    return read;
  }, to_.stop);
  if (changed) return {};
  if (!stored) return Failure(std::move(stored).error());
  return keep(one, std::move(stored->tag));
}

Result<void> ObjectCopies::keep(const Listed& one, std::string tag) {
  if (tag.empty()) {
    DIVIO_TRY(info, to_.storage->head(one.file.path));
    tag = std::move(info.tag);
  }
  Pair pair{one.tag, std::move(tag)};
  if (back_) std::swap(pair.source, pair.target);
  const std::lock_guard lock(mutex_);
  done_.insert_or_assign(one.file.path, std::move(pair));
  return {};
}

void ObjectCopies::tell(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  over_ += bytes;
  if (!moved_ || (over_ < whole_ && over_ - told_ < piece_size)) return;  // of many small ones not each is told
  told_ = over_;
  moved_(std::min(over_, whole_), whole_);
}

Result<std::optional<std::string>> sum_of(const Bucket& bucket, const std::string& key, const std::string& tag) {
  Sha256 sum;
  const auto read = bucket.storage->get(key, {.tag = tag}, [&](std::string_view bytes) -> Result<void> {
    sum.add(bytes);
    return {};
  }, bucket.stop);
  if (read) return sum.hex();
  return is_another(read.error()) ? Result<std::optional<std::string>>(std::nullopt) : Failure(read.error());
}

}  // namespace divio::media
