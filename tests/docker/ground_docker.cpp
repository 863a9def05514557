#include "docker/ground_docker.hpp"

#include "docker/real_registry.hpp"
#include "docker/remote_host.hpp"

namespace divio::contract {

std::unique_ptr<ports::Engine> open_test_engine(engines::BuildWith build) {
  auto engine = engines::open_docker(test_endpoint(), build);
  REQUIRE_OK(engine);
  return std::move(*engine);
}

namespace {

class RealGroundRegistry final : public GroundRegistry {
 public:
  explicit RealGroundRegistry(Login login) : registry_(tests::RealRegistry::beside(host_address(), login == Login::wanted)) {}
  std::string host() const override { return registry_.host(); }
  void go_away() override { registry_.halt(); }

 private:
  tests::RealRegistry registry_;
};

}  // namespace

std::unique_ptr<GroundRegistry> open_registry(Ground&, Login login) { return std::make_unique<RealGroundRegistry>(login); }

std::unique_ptr<Ground> open_ground() {
  return std::make_unique<Ground>(open_test_engine(engines::BuildWith::best));
}

}  // namespace divio::contract
