#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "fakes/child_process.hpp"
#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// Writes records for ever and says 'x' after each that was acknowledged.
int write_records(const std::filesystem::path& home, int output) {
  auto store = store::open_store(home);
  if (!store) return 1;
  auto& journal = (*store)->journal();
  for (int count = 0;; ++count) {
    if (!journal.append("01A", {0, "step-ended", std::to_string(count), "", at_second(count)})) return 2;
    if (::write(output, "x", 1) != 1) return 3;
  }
}

}  // namespace

TEST_CASE("everything that was acknowledged before kill -9 is there afterwards, and at most one write more") {
  const TemporaryFolder folder;
  must(open_in(folder)->journal().begin(sample_operation("01A")));
  std::random_device device;
  const auto seed = device();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::size_t before = 0;
  for (int round = 0; round < 12; ++round) {
    ChildProcess child([&](int output) { return write_records(folder / "home", output); });
    std::size_t acknowledged = child.read_some(1).size();
    REQUIRE(acknowledged == 1);
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 30'000)(random)));
    child.kill();
    acknowledged += child.read_all().size();
    const auto records = must(open_in(folder)->journal().records("01A"));
    CHECK(records.size() >= before + acknowledged);
    CHECK(records.size() <= before + acknowledged + 1);
    for (std::size_t index = 0; index < records.size(); ++index)
      REQUIRE(records[index].sequence == static_cast<long long>(index) + 1);
    before = records.size();
  }
}

TEST_CASE("a store whose making was killed at any moment opens") {
  std::random_device device;
  const auto seed = device();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 30; ++round) {
    const TemporaryFolder folder;
    ChildProcess child([&](int) { return store::open_store(folder / "home") ? 0 : 1; });
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 15'000)(random)));
    child.kill();
    const auto store = open_with(folder);
    must(store->variables().set_variable(environment_key(), "TOKEN", {Secret("s3cr3t"), true}));
    CHECK(must(open_in(folder)->variables().variables(environment_key())).at("TOKEN").value.reveal() == "s3cr3t");
  }
}
