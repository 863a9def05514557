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
    auto joined = access_->join();
    lock.lock();
    if (joined) return further_.emplace_back(std::move(*joined)).get();
    --open_;
    changed_.notify_all();
    return Failure(std::move(joined).error());
  }
  DIVIO_CHECK(wait(lock, [this] { return !free_.empty(); }));
  auto* one = free_.back();
  free_.pop_back();
  return one;
}

Result<void> Conversations::wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& ready) {
  if (!changed_.wait(lock, volume_.stop, [&] { return broken_ || ready(); })) return fail(ErrorCode::cancelled, "the transfer was cancelled");
  if (broken_) return fail(ErrorCode::unreachable, "the conversation with the volume " + volume_.name + " has broken off", "type the command again: what was copied stays");
  return {};
}

Result<void> Conversations::settle() {
  std::unique_lock lock(mutex_);
  DIVIO_CHECK(wait(lock, [this] { return free_.size() == open_; }));
  for (auto* one : free_) {
    auto answer = one->say("done\n").and_then([&] { return one->expect('o'); });
    broken_ = broken_ || !answer;
    DIVIO_CHECK(answer);
  }
  return {};
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
