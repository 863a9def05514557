#include <doctest/doctest.h>

#include <set>
#include <thread>

#include "media/transfer.hpp"

using namespace divio;
using namespace divio::media;

TEST_CASE("several threads take each file once, large ones one by one") {
  std::vector<MediaFile> files;
  for (int i = 0; i < 5; ++i) files.push_back({"large" + std::to_string(i), largest_small_file + 1, 0});
  for (int i = 0; i < 1000; ++i) files.push_back({std::to_string(i), 10, 0});
  Queue queue(files, {});
  CHECK(queue.next().size() == 1);
  std::mutex mutex;
  std::multiset<std::string> taken{"large0"};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (auto some = queue.next(); !some.empty(); some = queue.next()) {
          const std::lock_guard lock(mutex);
          for (const auto& file : some) taken.insert(file.path);
          if (some.front().bytes > largest_small_file) CHECK(some.size() == 1);
        }
      });
  }
  CHECK(taken.size() == 1005);
  CHECK(std::set(taken.begin(), taken.end()).size() == 1005);
}

TEST_CASE("after a failure nobody gets more, and what was counted is told now and then") {
  const std::vector<MediaFile> files(1000, MediaFile{"a", 1, 0});
  std::vector<std::uint64_t> told;
  Queue queue(files, [&](auto count, auto) { told.push_back(count); });
  for (int i = 0; i < 450; ++i) queue.add_file();
  CHECK(told == std::vector<std::uint64_t>{200, 400});
  queue.skip("b");
  CHECK(queue.files() == 450);
  CHECK(queue.skipped() == std::vector<std::string>{"b"});
  CHECK_FALSE(queue.next().empty());
  queue.fail();
  CHECK(queue.next().empty());
}

TEST_CASE("of a draft only what surely is on disk counts") {
  CHECK(durable_bytes(0, 10) == 0);
  CHECK(durable_bytes(durable_step - 1, durable_step * 3) == 0);
  CHECK(durable_bytes(durable_step, durable_step * 3) == 0);  // its last bytes may be on their way
  CHECK(durable_bytes(durable_step + 1, durable_step * 3) == durable_step);
  CHECK(durable_bytes(durable_step * 3, durable_step * 3) == durable_step * 2);
  CHECK(durable_bytes(durable_step * 3 + 1, durable_step * 3) == 0);  // another file's
}

TEST_CASE("a draft is found again for the same file only") {
  const MediaFile file{"a/b", 10, 20};
  CHECK(draft_key(file) == draft_key(file));
  CHECK(draft_key(file).size() == 32);
  CHECK(draft_key(file) != draft_key({"a/c", 10, 20}));
  CHECK(draft_key(file) != draft_key({"a/b", 11, 20}));
  CHECK(draft_key(file) != draft_key({"a/b", 10, 21}));
}
