#include "media/at_once.hpp"

#include <algorithm>
#include <optional>
#include <thread>
#include <vector>

namespace divio::media {
namespace {

constexpr std::uint64_t least_for_an_upload = std::uint64_t{512} * 1024;
constexpr std::uint64_t largest_in_one = (std::uint64_t{8} << 20) - 1;

class Run {
 public:
  Run(std::size_t count, const std::stop_token& stop, const std::function<Result<void>(std::size_t)>& act)
      : count_(count), stop_(stop), act_(act) {}

  void work() {
    while (const auto number = next()) {
      if (auto done = act_(*number - 1); !done) fail_with(std::move(done));
    }
  }

  Result<void> outcome() { return std::move(outcome_); }

 private:
  // From 1 on; nullopt at the end.
  std::optional<std::size_t> next() {
    const std::lock_guard lock(mutex_);
    if (!outcome_ || given_ == count_) return std::nullopt;
    if (stop_.stop_requested()) {
      outcome_ = fail(ErrorCode::cancelled, "the transfer of the files was cancelled");
      return std::nullopt;
    }
    return ++given_;
  }

  void fail_with(Result<void> failure) {
    const std::lock_guard lock(mutex_);
    if (outcome_) outcome_ = std::move(failure);
  }

  std::size_t count_;
  const std::stop_token& stop_;
  const std::function<Result<void>(std::size_t)>& act_;
  std::mutex mutex_;
  std::size_t given_ = 0;
  Result<void> outcome_;
};

}  // namespace

Result<void> at_once(std::size_t count, const std::stop_token& stop, const std::function<Result<void>(std::size_t)>& act) {
  Run run(count, stop, act);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(count, requests_at_once); ++i) threads.emplace_back([&run] { run.work(); });
    run.work();
  }
  return run.outcome();
}

SharedRoom::Taken SharedRoom::take(std::uint64_t bytes) {
  const auto wanted = std::min(bytes, whole_);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return free_ >= wanted; });
  free_ -= wanted;
  return {*this, wanted};
}

SharedRoom::Taken UploadRoom::take(std::uint64_t bytes) { return room_.take(bytes > largest_in_one ? for_all : std::max(bytes, least_for_an_upload)); }

void SharedRoom::give(std::uint64_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    free_ += bytes;
  }
  changed_.notify_all();
}

}  // namespace divio::media
