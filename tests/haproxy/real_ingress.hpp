// An ingress with a real HAProxy on a real engine.
#pragma once

#include <memory>
#include <string>

#include "haproxy/ingress_contract.hpp"
#include "haproxy/web_servers.hpp"
#include "ingress/haproxy/haproxy_ingress.hpp"

namespace divio::tests {

// One process's lease is everybody's here.
class MemoryLeases;

class RealWorld final : public IngressWorld {
 public:
  RealWorld();
  ~RealWorld() override;
  ports::Ingress& ingress() override { return *ingress_; }
  ports::Ingress& seen_by_another() override { return *other_; }
  model::RouteTarget well(int number, model::RouteRole role) override { return servers_->target(number, role); }
  model::RouteTarget redirecting(model::RouteRole role) override { return servers_->target(9, role); }
  void lose_container() override;
  void stop_container() override;

  [[nodiscard]] ports::Engine& engine() { return *engine_; }
  [[nodiscard]] const ingress::Options& options() const { return options_; }
  [[nodiscard]] std::string container() const { return "divio-ingress-" + options_.region; }
  // A conversation with the program inside the ingress's container, for an ingress::Agent.
  [[nodiscard]] std::unique_ptr<ports::Session> open_session();
  // An ingress of this region with other options.
  [[nodiscard]] std::unique_ptr<ports::Ingress> make_ingress(const ingress::Options& options);

 private:
  std::unique_ptr<ports::Engine> engine_;
  std::unique_ptr<ports::Clock> clock_;
  std::unique_ptr<MemoryLeases> leases_;
  ingress::Options options_;
  std::unique_ptr<WebServers> servers_;
  std::unique_ptr<ports::Ingress> ingress_;
  std::unique_ptr<ports::Ingress> other_;
};

}  // namespace divio::tests
