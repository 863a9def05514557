#include "haproxy/two_ingresses.hpp"

#include <cstdlib>

namespace divio::tests {

TwoIngresses::TwoIngresses() : options_(world_.options()) {
  options_.region += "-b";
  options_.http_port = static_cast<std::uint16_t>(options_.http_port + 20);
  there_ = world_.make_ingress(options_);
}

void TwoIngresses::reset() {
  ensure(here());
  ensure(there());
  for (const auto& other : {key_of("blog", "live"), key_of("wiki", "live"), shop().beside()}) must(here().forget(other));
  must(here().apply(routes_of("shop", {world_.well(1, model::RouteRole::serving)})));
  must(here().apply(routes_of("counter", {world_.well(1, model::RouteRole::serving)})));
  must(there().apply(routes_of("shop", {world_.well(2, model::RouteRole::serving)})));
  for (const char* project : {"shop", "counter"}) {
    must(traffic().release(key_of(project, "live"), {}));
    must(traffic().unforward(key_of(project, "live")));
  }
  must(there().traffic().trust(key_of("shop", "live"), forward().token));
}

TwoIngresses::~TwoIngresses() {
  static_cast<void>(there_->remove());
}

ports::Forward TwoIngresses::forward() const {
  return {std::getenv("DIVIO_TEST_ADDRESS"), options_.http_port, Secret("0123456789abcdef0123456789abcdef")};
}

int TwoIngresses::served_at(const std::string& host) const {
  const auto answer = get(port(), host, "/count");
  REQUIRE(status_of(answer) == 200);
  return std::atoi(body_of(answer).c_str());
}

void apply_second_set(TwoIngresses& ingresses) {
  const std::vector targets{ingresses.world().well(3, model::RouteRole::serving)};
  must(ingresses.here().apply(second_set_of("shop", targets)));
  must(ingresses.here().apply(routes_of("blog", targets)));
  REQUIRE(becomes([&] { return must(ingresses.here().targets(shop().beside())).front().health == model::TargetStatus::Health::passing; }));
}

TwoIngresses& anew() {
  static TwoIngresses ingresses;
  ingresses.reset();
  return ingresses;
}

bool becomes(const std::function<bool()>& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace divio::tests
