// For what becomes true at a time that a test cannot know.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace divio::tests {

// Asks again and again; false if it has not come true by then.
[[nodiscard]] inline bool within_20_seconds(const std::function<bool()>& holds) {
  for (int i = 0; i < 400; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace divio::tests
