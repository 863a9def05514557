// A disk under SQLite whose power can be cut: of what was written to its files and not synced then any newer part is lost, and
// nothing is written until it is back. Until it ends, all of this process's databases that are opened are on it.
// As SQLite's own crash tests do it: https://www.sqlite.org/testing.html#crash_testing
#pragma once

#include <cstdint>
#include <functional>
#include <random>

namespace divio::fakes {

enum class Disk {
  honest,
  lying,  // it says that what SQLite's log has is on it before that is so
};

class PowerCut {
 public:
  // `writing` is told of each write before it is done, on the thread that writes.
  explicit PowerCut(std::function<void()> writing, Disk disk = Disk::honest);
  ~PowerCut();
  PowerCut(const PowerCut&) = delete;
  PowerCut& operator=(const PowerCut&) = delete;

  void cut(std::mt19937_64& random);
  void restore();
};

}  // namespace divio::fakes
