#include "media/object_copies.hpp"

#include <algorithm>

#include "media/transfer.hpp"
#include "support/try.hpp"

namespace divio::media {

Result<void> ObjectCopies::bring(const Listed& one) {
  const auto room = room_.take(one.file.bytes);
  std::string tag;
  const auto take = [&](const ports::ObjectHeaders& headers, const ports::ByteWriter& content) -> Result<void> {
    DIVIO_ASSIGN(tag, to_.write(one.file, headers, [&](const ports::ByteSink& sink) {
      return content([&](std::string_view bytes) {
        auto taken = sink(bytes);
        if (taken) tell(bytes.size());
        return taken;
      });
    }));
    return {};
  };
  DIVIO_TRY(brought, from_.read(one, take));
  if (brought) keep(one, std::move(tag));
  return {};
}

void ObjectCopies::keep(const Listed& one, std::string tag) {
  Pair pair{one.tag, std::move(tag)};
  if (back_) std::swap(pair.source, pair.target);
  const std::lock_guard lock(mutex_);
  done_.insert_or_assign(one.file.path, std::move(pair));
}

void ObjectCopies::tell(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  over_ += bytes;
  if (!moved_ || (over_ < whole_ && over_ - told_ < piece_size)) return;  // of many small ones not each is told
  told_ = over_;
  moved_(std::min(over_, whole_), whole_);
}

}  // namespace divio::media
