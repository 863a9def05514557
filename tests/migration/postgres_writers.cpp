#include "migration/postgres_writers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "migration/postgres_talk.hpp"

namespace divio::test {

Writers::Writers(Move& move, int count) : texts_(static_cast<std::size_t>(count)) {
  for (int writer = 0; writer < count; ++writer)
    threads_.emplace_back([this, &move, writer] { write(move, writer, texts_[static_cast<std::size_t>(writer)]); });
}

Writers::~Writers() { (void)stop(); }

void Writers::note_time() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  const auto before = last_.exchange(now);
  if (before != 0 && now - before > gap_) gap_ = now - before;
  ++count_;
}

// A write that was refused was not done: it is tried again, where it belongs by then.
void Writers::write(Move& move, int writer, std::vector<std::string>& acknowledged) {
  Talk source(move.sides.tenant_session(move.pair.source));
  Talk target(move.sides.tenant_session(move.pair.target));
  for (int number = 0; !stop_; ++number) {
    const auto text = fmt::format("w{}-{}", writer, number);
    const auto statement = fmt::format("INSERT INTO note (text) VALUES ('{}');", text);
    bool done = false;
    while (!done && !stop_) {
      done = (at_target_ ? target : source).say(statement);
      if (!done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (!done) break;
    acknowledged.push_back(text);
    note_time();
  }
}

std::vector<std::string> Writers::stop() {
  stop_ = true;
  threads_.clear();
  std::vector<std::string> all;
  for (auto& texts : texts_) all.insert(all.end(), std::make_move_iterator(texts.begin()), std::make_move_iterator(texts.end()));
  texts_.clear();
  std::ranges::sort(all);
  return all;
}

}  // namespace divio::test
