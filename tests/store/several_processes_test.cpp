#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "fakes/child_process.hpp"
#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

using Work = std::function<int(ports::Store& store, int output)>;

// `count` processes that each open the store and do the same; what they wrote, one text each.
std::vector<std::string> in_processes(int count, const std::filesystem::path& home, const Work& work) {
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (int index = 0; index < count; ++index)
    children.push_back(std::make_unique<ChildProcess>([&](int output) {
      auto store = store::open_store(home);
      if (store) return work(**store, output);
      static_cast<void>(!::write(output, store.error().message.data(), store.error().message.size()));
      return 98;
    }));
  std::vector<std::string> texts;
  for (auto& child : children) {
    texts.push_back(child->read_all());
    const int code = child->wait();
    CHECK_MESSAGE(code == 0, texts.back());
  }
  return texts;
}

bool say_all(int output, const std::string& text) {
  return ::write(output, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

TEST_CASE("processes that make the same store at once make one") {
  for (int round = 0; round < 5; ++round) {
    const TemporaryFolder folder;
    const auto ids = in_processes(
        8, folder / "home", [](ports::Store& store, int output) { return say_all(output, store.catalogue_id()) ? 0 : 1; });
    for (const auto& id : ids) CHECK(id == ids.front());
  }
}

TEST_CASE("releases added by four processes at once all get a number of their own") {
  const TemporaryFolder folder;
  open_with(folder);
  const auto texts = in_processes(4, folder / "home", [](ports::Store& store, int output) {
    for (int count = 0; count < 50; ++count) {
      const auto number = store.releases().add_release(sample_release());
      if (!number || !say_all(output, std::to_string(*number) + "\n")) return 1;
    }
    return 0;
  });
  std::set<int> numbers;
  for (const auto& text : texts) {
    std::istringstream lines(text);
    for (int number = 0; lines >> number;) CHECK(numbers.insert(number).second);
  }
  CHECK(numbers.size() == 200);
  CHECK(*numbers.begin() == 1);
  CHECK(*numbers.rbegin() == 200);
}

TEST_CASE("records of one operation written by threads and processes at once are numbered without gaps") {
  const TemporaryFolder folder;
  must(open_in(folder)->journal().begin(sample_operation("01A")));
  in_processes(3, folder / "home", [](ports::Store& store, int) {
    int failures = 0;
    const auto write_records = [&](int& failed) {
      for (int count = 0; count < 20; ++count)
        if (!store.journal().append("01A", {0, "step-began", "x", "", at_second(0)})) ++failed;
    };
    int failed_beside = 0;
    std::thread beside(write_records, std::ref(failed_beside));
    write_records(failures);
    beside.join();
    return failures + failed_beside;
  });
  const auto records = must(open_in(folder)->journal().records("01A"));
  REQUIRE(records.size() == 120);
  for (std::size_t index = 0; index < records.size(); ++index)
    CHECK(records[index].sequence == static_cast<long long>(index) + 1);
}

TEST_CASE("the secret key that processes make at once is the same for all") {
  for (int round = 0; round < 5; ++round) {
    const TemporaryFolder folder;
    open_in(folder);
    const auto keys = in_processes(6, folder / "home", [](ports::Store& store, int output) {
      const auto key = store.variables().secret_key(environment_key());
      return key && say_all(output, key->reveal()) ? 0 : 1;
    });
    for (const auto& key : keys) {
      CHECK(key.size() == 50);
      CHECK(key == keys.front());
    }
  }
}

TEST_CASE("a lease is held by one process at a time") {
  const TemporaryFolder folder;
  open_in(folder);
  // Each holder leaves a mark while it has the lease; nobody may find another's.
  const std::string mark = (folder / "mark").string();
  in_processes(4, folder / "home", [&](ports::Store& store, int) {
    const model::Holder self = system::this_holder();
    for (int taken = 0; taken < 15;) {
      const auto acquired =
          store.leases().acquire({"environment shop/live", self, "test", at_second(1000)}, at_second(0));
      if (!acquired && acquired.error().code != ErrorCode::conflict) return 1;
      if (!acquired) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        continue;
      }
      if (::mkdir(mark.c_str(), 0700) != 0) return 2;
      std::this_thread::yield();
      if (::rmdir(mark.c_str()) != 0) return 3;
      if (!store.leases().release("environment shop/live", self)) return 4;
      ++taken;
    }
    return 0;
  });
  CHECK(must(open_in(folder)->leases().leases()).empty());
}

TEST_CASE("what exists can be read while another process is in the middle of writing") {
  const TemporaryFolder folder;
  const auto home = folder / "home";
  const auto store = open_with(folder);
  ChildProcess writer([&](int output) {
    sqlite3* handle = nullptr;
    if (sqlite3_open((home / "catalogue.db").c_str(), &handle) != SQLITE_OK) return 1;
    const char* sql = "BEGIN IMMEDIATE; DELETE FROM projects";  // and never COMMIT
    if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK || !say_all(output, "x")) return 2;
    ::pause();
    return 0;
  });
  REQUIRE(writer.read_some() == "x");
  CHECK(must(store->projects().projects()).size() == 1);
  CHECK(must(open_in(folder)->projects().projects()).size() == 1);
}
