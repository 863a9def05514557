#include "migration/redis_writers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace divio::test {

RedisWriters::RedisWriters(RedisMove& move, int count) : texts_(static_cast<std::size_t>(count)) {
  for (int writer = 0; writer < count; ++writer)
    threads_.emplace_back([this, &move, writer] { write(move, writer, texts_[static_cast<std::size_t>(writer)]); });
}

RedisWriters::~RedisWriters() { (void)stop(); }

void RedisWriters::note_time() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  const auto before = last_.exchange(now);
  if (before != 0 && now - before > gap_) gap_ = now - before;
  ++count_;
}

// A write that was refused was not done: it is tried again, where it belongs by then.
void RedisWriters::write(RedisMove& move, int writer, std::string& acknowledged) {
  auto source = move.sides.talk(move.source.side());
  auto target = move.sides.talk(move.target.side());
  for (int number = 0; !stop_; ++number) {
    bool done = false;
    while (!done && !stop_) {
      // The length of the list is the answer.
      const auto answer = (at_target_ ? target : source).hear(fmt::format("RPUSH w{} {}", writer, number));
      done = !answer.empty() && answer.find_first_not_of("0123456789") == std::string::npos;
      if (!done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (!done) break;
    acknowledged += fmt::format("{}{}", acknowledged.empty() ? "" : "\n", number);
    note_time();
  }
}

void RedisWriters::await_more() {
  const auto wanted = count_ + 200;
  for (int tries = 0; tries < 3000 && count_ < wanted; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  REQUIRE(count_ >= wanted);
}

std::vector<std::string> RedisWriters::stop() {
  stop_ = true;
  threads_.clear();
  return std::exchange(texts_, {});
}

}  // namespace divio::test
