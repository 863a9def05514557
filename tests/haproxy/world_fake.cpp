#include "fakes/fake_ingress.hpp"
#include "haproxy/ingress_contract.hpp"

namespace divio::tests {
namespace {

class FakeWorld final : public IngressWorld {
 public:
  FakeWorld() {
    ingress_.examine_with([](const model::EnvironmentKey&, const model::RouteTarget& target) {
      using Health = model::TargetStatus::Health;
      const bool redirects = target.instance == "redirecting";
      return model::TargetStatus{.instance = {},
                                 .health = redirects ? Health::failing : Health::passing,
                                 .http_status = redirects ? 301 : 200,
                                 .check = redirects ? "L7STS" : "L7OK"};
    });
  }
  ports::Ingress& ingress() override { return ingress_; }
  ports::Ingress& seen_by_another() override { return ingress_; }
  model::RouteTarget well(int number, model::RouteRole role) override {
    return {"well-" + std::to_string(number), "192.0.2.1", 8000, {.path = "/health"}, role};
  }
  model::RouteTarget redirecting(model::RouteRole role) override {
    return {"redirecting", "192.0.2.2", 8000, {.path = "/health"}, role};
  }
  void lose_container() override { ingress_.lose_container(); }
  void stop_container() override { ingress_.stop_behind_its_back(); }

 private:
  fakes::FakeIngress ingress_;
};

}  // namespace

std::unique_ptr<IngressWorld> make_world() {
  return std::make_unique<FakeWorld>();
}

}  // namespace divio::tests
