#include <doctest/doctest.h>

#include "fakes/child_process.hpp"
#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

const model::Holder anna{"another-machine", "boot-1", 4711, 100, "anna@laptop"};

ports::Lease lease_of(const model::Holder& holder, int expires, const std::string& subject = "environment shop/live") {
  return {subject, holder, "deploy, operation 01ABC", at_second(expires)};
}

}  // namespace

TEST_CASE("a lease that somebody holds is a conflict that says who, why and for how long") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->leases().acquire(lease_of(anna, 15), at_second(0)));
  must(store->leases().acquire(lease_of(anna, 27), at_second(12)));  // renewed: held since 0
  const Error error = must_fail(store->leases().acquire(lease_of(system::this_holder(), 30), at_second(12)));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(error.message == "shop/live is being changed by anna@laptop (deploy, operation 01ABC), for 12 s");
  CHECK(contains(error.hint, "--lock-wait"));

  must(store->leases().acquire(lease_of(anna, 15, "build local 1"), at_second(0)));
  CHECK(
      must_fail(store->leases().acquire(lease_of(system::this_holder(), 15, "build local 1"), at_second(3))).message ==
      "the build local 1 is in use by anna@laptop (deploy, operation 01ABC), for 3.0 s");
}

TEST_CASE("leases of other subjects are nobody's business") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->leases().acquire(lease_of(anna, 15), at_second(0)));
  must(store->leases().acquire(lease_of(system::this_holder(), 15, "environment shop/test"), at_second(0)));
  const auto leases = must(store->leases().leases());
  REQUIRE(leases.size() == 2);
  CHECK(leases[0].subject == "environment shop/live");
  CHECK(leases[0].holder == anna);
  CHECK(leases[0].reason == "deploy, operation 01ABC");
  CHECK(leases[0].expires_at == at_second(15));
  CHECK(leases[1].subject == "environment shop/test");
}

TEST_CASE("a lease that has run out is free, and its former holder is refused from then on") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->leases().acquire(lease_of(anna, 15), at_second(0)));
  CHECK(must_fail(store->leases().acquire(lease_of(system::this_holder(), 29), at_second(14))).code ==
        ErrorCode::conflict);
  must(store->leases().acquire(lease_of(system::this_holder(), 30), at_second(15)));
  CHECK(must_fail(store->leases().acquire(lease_of(anna, 35), at_second(20))).code == ErrorCode::conflict);
}

TEST_CASE("a released lease is free at once; somebody else's is not released") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->leases().acquire(lease_of(anna, 15), at_second(0)));
  must(store->leases().release("environment shop/live", system::this_holder()));
  CHECK(must_fail(store->leases().acquire(lease_of(system::this_holder(), 15), at_second(1))).code ==
        ErrorCode::conflict);
  must(store->leases().release("environment shop/live", anna));
  must(store->leases().release("environment shop/live", anna));  // again is nothing
  must(store->leases().acquire(lease_of(system::this_holder(), 15), at_second(1)));
}

TEST_CASE("a holder on this machine whose process is gone holds nothing") {
  const TemporaryFolder folder;
  const auto home = folder / "home";
  ChildProcess child([&](int) {
    auto store = store::open_store(home);
    return store && (*store)->leases().acquire(lease_of(system::this_holder(), 1000), at_second(0)) ? 0 : 1;
  });
  REQUIRE(child.wait() == 0);
  must(open_in(folder)->leases().acquire(lease_of(system::this_holder(), 15), at_second(1)));
}

TEST_CASE("a holder that lives in another process of this machine holds its lease") {
  const TemporaryFolder folder;
  const auto home = folder / "home";
  ChildProcess child([&](int output) {
    auto store = store::open_store(home);
    if (!store || !(*store)->leases().acquire(lease_of(system::this_holder(), 1000), at_second(0))) return 1;
    if (::write(output, "x", 1) != 1) return 1;
    ::pause();
    return 0;
  });
  REQUIRE(child.read_some() == "x");
  const auto store = open_in(folder);
  CHECK(must_fail(store->leases().acquire(lease_of(system::this_holder(), 15), at_second(1))).code ==
        ErrorCode::conflict);
  child.kill();
  must(store->leases().acquire(lease_of(system::this_holder(), 15), at_second(1)));
}

TEST_CASE("two operations of one process exclude each other") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  auto first = lease_of(system::this_holder(), 15);
  auto second = first;
  second.reason = "scale, operation 02DEF";
  must(store->leases().acquire(first, at_second(0)));
  CHECK(must_fail(store->leases().acquire(second, at_second(1))).code == ErrorCode::conflict);
  must(store->leases().acquire(first, at_second(2)));
  must(store->leases().release(first.subject, first.holder));
  must(store->leases().acquire(second, at_second(3)));
}
