// An ingress that an environment moves away from and the one it moves to, each a HAProxy, on one engine.
#pragma once

#include <functional>

#include "haproxy/real_ingress.hpp"
#include "haproxy/traffic.hpp"
#include "haproxy/visitor.hpp"

namespace divio::tests {

inline constexpr const char* shop_host = "shop.localhost";

// "shop" is served by instance 1 here and by instance 2 there, where the token of forward() is trusted.
class TwoIngresses {
 public:
  TwoIngresses();
  ~TwoIngresses();
  TwoIngresses(const TwoIngresses&) = delete;
  TwoIngresses& operator=(const TwoIngresses&) = delete;

  // As they were at the beginning.
  void reset();

  [[nodiscard]] RealWorld& world() { return world_; }
  [[nodiscard]] ports::Ingress& here() { return world_.ingress(); }
  [[nodiscard]] ports::Ingress& there() { return *there_; }
  [[nodiscard]] ports::Traffic& traffic() { return world_.ingress().traffic(); }
  [[nodiscard]] std::uint16_t port() const { return world_.options().http_port; }
  [[nodiscard]] ports::Forward forward() const;
  // How many requests the instance here has got, and the one that a host leads to.
  [[nodiscard]] int served_here() const { return served_at("counter.localhost"); }
  [[nodiscard]] int served_at(const std::string& host) const;

 private:
  RealWorld world_;
  ingress::Options options_;
  std::unique_ptr<ports::Ingress> there_;
};

// "shop" here gets a second set, instance 3, whose requests "blog.localhost" counts.
void apply_second_set(TwoIngresses& ingresses);

// One pair for all cases of a program, since making one takes seconds; as good as new at each call.
[[nodiscard]] TwoIngresses& anew();

[[nodiscard]] inline model::EnvironmentKey shop() {
  return key_of("shop", "live");
}

// Waits, a minute at most.
[[nodiscard]] bool becomes(const std::function<bool()>& condition);

}  // namespace divio::tests
