#include "media/conversations.hpp"

#include <algorithm>

#include "support/try.hpp"

namespace divio::media {
Result<std::unique_ptr<Conversations>> Conversations::open(Volume volume) {
  std::unique_ptr<Conversations> all(new Conversations(std::move(volume)));
  DIVIO_ASSIGN(all->access_, Access::open(all->volume_));
  all->free_.push_back(&all->access_->main());
  all->keeping_up_ = std::jthread([one = all.get()](const std::stop_token& stop) { one->keep_up(stop); });
  return all;
}

Result<Conversation*> Conversations::take(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  ++requests_;
  bytes_ += bytes;
  const auto worth = std::min<std::uint64_t>(most_conversations, 1 + requests_ / files_worth_another + bytes_ / bytes_worth_another);
  if (free_.empty() && open_ < worth && !broken_) {
    ++open_;
    lock.unlock();
    DIVIO_TRY(joined, access_->join());
    lock.lock();
    further_.push_back(std::move(joined));
    return further_.back().get();
  }
  if (!changed_.wait(lock, volume_.stop, [&] { return broken_ || !free_.empty(); })) return fail(ErrorCode::cancelled, "the transfer was cancelled");
  if (broken_) return fail(ErrorCode::unreachable, "the conversation with the volume " + volume_.name + " has broken off", "type the command again: what was copied stays");
  auto* one = free_.back();
  free_.pop_back();
  return one;
}

void Conversations::give(Conversation* one, bool good) {
  const std::lock_guard lock(mutex_);
  if (good) free_.push_back(one);
  else broken_ = true;
  changed_.notify_all();
}

void Conversations::keep_up(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  std::condition_variable_any never;
  while (!never.wait_for(lock, stop, between_signs, [&] { return stop.stop_requested(); }))
    for (auto* one : free_)
      if (!one->say("idle\n") || !one->flush()) broken_ = true;
}

}  // namespace divio::media
