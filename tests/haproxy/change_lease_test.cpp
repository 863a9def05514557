#include "ingress/haproxy/change_lease.hpp"

#include <doctest/doctest.h>

#include "fakes/fake_engine.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::tests;
using namespace std::chrono_literals;

namespace {

// Time that passes only by sleeping.
class TestClock final : public ports::Clock {
 public:
  model::TimePoint now() const override { return now_; }
  bool sleep(std::chrono::milliseconds time, std::stop_token stop) override {
    now_ += time;
    return !stop.stop_requested();
  }

 private:
  model::TimePoint now_{1000s};
};

// One lease, held by somebody else until `until`.
class HeldLeases final : public ports::Leases {
 public:
  explicit HeldLeases(model::TimePoint until) : until_(until) {}
  Result<void> acquire(const ports::Lease& lease, model::TimePoint now) override {
    if (now < until_) return fail(ErrorCode::conflict, "held by ann@host");
    taken = lease;
    return {};
  }
  Result<void> release(const std::string&, const model::Holder&) override {
    ++released;
    return {};
  }
  Result<std::vector<ports::Lease>> leases() override { return std::vector<ports::Lease>{}; }

  std::optional<ports::Lease> taken;
  int released = 0;

 private:
  model::TimePoint until_;
};

struct Scene {
  explicit Scene(std::chrono::seconds held_for) : leases(model::TimePoint{1000s} + held_for) {}
  fakes::FakeEngine engine;
  TestClock clock;
  HeldLeases leases;
  ingress::Surroundings with{engine, leases, clock, {}};
};

}  // namespace

TEST_CASE("a change waits for somebody else's to end, and gives its lease back") {
  Scene scene(30s);
  {
    const auto lease = must(ingress::ChangeLease::take(scene.with, "local", "routes", {}));
    REQUIRE(scene.leases.taken.has_value());
    CHECK(scene.leases.taken->subject == "ingress local");
    CHECK(scene.leases.taken->expires_at > scene.clock.now());
    CHECK(scene.leases.released == 0);
  }
  CHECK(scene.leases.released == 1);
}

TEST_CASE("a change that is held up for too long ends in conflict that names the holder, and releases nothing") {
  Scene scene(3600s);
  const auto error = must_fail(ingress::ChangeLease::take(scene.with, "local", "routes", {}));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(contains(error.message, "ann@host"));
  CHECK(scene.leases.released == 0);
}

TEST_CASE("waiting for somebody else's change can be cancelled") {
  Scene scene(3600s);
  std::stop_source stop;
  stop.request_stop();
  CHECK(must_fail(ingress::ChangeLease::take(scene.with, "local", "routes", stop.get_token())).code ==
        ErrorCode::cancelled);
}
