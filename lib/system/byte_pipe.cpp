#include "system/byte_pipe.hpp"

#include <algorithm>
#include <cstring>

namespace divio::system {

Result<void> BytePipe::write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  while (!bytes.empty()) {
    changed_.wait(lock, [this] { return !reading_ || bytes_.size() - begin_ < capacity_; });
    if (!reading_) return fail(ErrorCode::cancelled, "the receiver of the data has gone");
    if (begin_ > 0) {
      bytes_.erase(0, begin_);
      begin_ = 0;
    }
    const auto part = std::min(bytes.size(), capacity_ - bytes_.size());
    bytes_.append(bytes.substr(0, part));
    bytes.remove_prefix(part);
    changed_.notify_all();
  }
  return {};
}

void BytePipe::close_writing(Result<void> outcome) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  outcome_ = std::move(outcome);
  changed_.notify_all();
}

Result<std::size_t> BytePipe::read(char* place, std::size_t size, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool ready = changed_.wait(lock, stop, [this] { return !writing_ || bytes_.size() > begin_; });
  if (!ready) return fail(ErrorCode::cancelled, "cancelled");
  if (bytes_.size() == begin_) {
    if (!outcome_) return Failure(outcome_.error());
    return 0;
  }
  const auto part = std::min(size, bytes_.size() - begin_);
  std::memcpy(place, bytes_.data() + begin_, part);
  begin_ += part;
  changed_.notify_all();
  return part;
}

void BytePipe::close_reading() {
  const std::lock_guard lock(mutex_);
  reading_ = false;
  changed_.notify_all();
}

}  // namespace divio::system
