#include "system/clock.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <thread>

using namespace divio;

TEST_CASE("the clock's now is the time of day") {
  const auto clock = system::make_system_clock();
  const auto before = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto now = clock->now();
  CHECK(now >= before);
  CHECK(now <= std::chrono::system_clock::now());
}

TEST_CASE("a sleep that nobody stops lasts as long as asked") {
  const auto clock = system::make_system_clock();
  const auto before = std::chrono::steady_clock::now();
  CHECK(clock->sleep(std::chrono::milliseconds(20), {}));
  CHECK(std::chrono::steady_clock::now() - before >= std::chrono::milliseconds(20));
  CHECK(clock->sleep(std::chrono::milliseconds(-5), {}));
}

TEST_CASE("a sleep, however long, ends when it is stopped, and does not begin when it was") {
  const auto clock = system::make_system_clock();
  std::stop_source stop;
  std::thread sleeper([&] { CHECK_FALSE(clock->sleep(std::chrono::milliseconds::max(), stop.get_token())); });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  stop.request_stop();
  sleeper.join();
  CHECK_FALSE(clock->sleep(std::chrono::milliseconds::max(), stop.get_token()));
}
