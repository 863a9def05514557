#include "migration/writers.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <utility>

namespace divio::test {

void Writing::begin(int count, const std::function<Write(int writer)>& connect) {
  connect_ = connect;
  acknowledged_.resize(static_cast<std::size_t>(count));
  for (int writer = 0; writer < count; ++writer)
    threads_.emplace_back([this, writer] { write(connect_(writer), acknowledged_[static_cast<std::size_t>(writer)]); });
}

void Writing::note_time() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  const auto before = last_.exchange(now);
  if (before != 0 && now - before > gap_) gap_ = now - before;
  ++count_;
}

void Writing::write(const Write& one, std::vector<int>& acknowledged) {
  for (int number = 0; !stop_; ++number) {
    bool done = false;
    while (!done && !stop_) {
      done = one(at_target_, number);
      if (!done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (!done) break;
    acknowledged.push_back(number);
    note_time();
  }
}

void Writing::await_more() {
  const auto wanted = count_ + 200;
  for (int tries = 0; tries < 3000 && count_ < wanted; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  REQUIRE(count_ >= wanted);
}

std::vector<std::vector<int>> Writing::end() {
  stop_ = true;
  threads_.clear();
  return std::exchange(acknowledged_, {});
}

}  // namespace divio::test
