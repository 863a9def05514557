#include "platform/several_regions.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "controller/migrations.hpp"
#include "fakes/outcome.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "platform/parts.hpp"
#include "store/sqlite/store.hpp"
#include "support/text.hpp"
#include "system/clock.hpp"
#include "system/holder.hpp"

namespace divio::tests {
namespace {

// Several calls look at the same engine: each gets one of these.
class Shared final : public ports::Engine {
 public:
  explicit Shared(ports::Engine& engine) : engine_(engine) {}
  Result<ports::EngineInfo> info() override { return engine_.info(); }
  ports::Containers& containers() override { return engine_.containers(); }
  ports::Streams& streams() override { return engine_.streams(); }
  ports::Images& images() override { return engine_.images(); }
  ports::Networks& networks() override { return engine_.networks(); }
  ports::Volumes& volumes() override { return engine_.volumes(); }

 private:
  ports::Engine& engine_;
};

class SharedIngress final : public ports::Ingress {
 public:
  explicit SharedIngress(ports::Ingress& ingress) : ingress_(ingress) {}
  void prepare() override {}
  Result<ports::IngressState> state() override { return ingress_.state(); }
  Result<void> ensure(const std::function<void(std::string_view)>& line, std::stop_token stop) override {
    return ingress_.ensure(line, std::move(stop));
  }
  Result<std::optional<model::Routes>> routes(const model::EnvironmentKey& key) override { return ingress_.routes(key); }
  Result<void> apply(const model::Routes& routes) override { return ingress_.apply(routes); }
  Result<void> forget(const model::EnvironmentKey& key) override { return ingress_.forget(key); }
  Result<std::vector<model::TargetStatus>> targets(const model::EnvironmentKey& key) override { return ingress_.targets(key); }
  Result<std::vector<ports::LoggedRequest>> requests(const std::vector<std::string>& hosts, model::TimePoint since) override {
    return ingress_.requests(hosts, since);
  }
  Result<void> remove() override { return ingress_.remove(); }
  ports::Traffic& traffic() override { return ingress_.traffic(); }

 private:
  ports::Ingress& ingress_;
};

// The machine's clock, set to another time.
class ResetClock final : public ports::Clock {
 public:
  explicit ResetClock(std::chrono::milliseconds ahead) : ahead_(ahead) {}
  [[nodiscard]] model::TimePoint now() const override { return real_->now() + ahead_; }
  bool sleep(std::chrono::milliseconds time, std::stop_token stop) override { return real_->sleep(time, std::move(stop)); }

 private:
  std::unique_ptr<ports::Clock> real_ = system::make_system_clock();
  std::chrono::milliseconds ahead_;
};

}  // namespace

SeveralRegions::SeveralRegions() {
  std::filesystem::create_directories(folder_ / "shop");
  std::ofstream(folder_ / "shop" / "Dockerfile") << "FROM scratch\n";
  write("");
}

fakes::FakeEngine& SeveralRegions::engine(const std::string& endpoint) {
  auto& engine = engines_[endpoint];
  if (engine) return *engine;
  engine = std::make_unique<fakes::FakeEngine>();
  engine->on_build([](const auto& spec, const auto&, const auto&, auto) -> Result<fakes::FakeImage> {
    fakes::FakeImage image;
    image.labels = spec.labels;
    image.exposed_ports = {8000};
    return image;
  });
  return *engine;
}

fakes::FakeIngress& SeveralRegions::ingress(const std::string& region) {
  auto& ingress = ingresses_[region];
  if (!ingress) ingress = std::make_unique<fakes::FakeIngress>();
  return *ingress;
}

Platform SeveralRegions::platform(const std::string& docker_host) {
  auto parts = std::make_unique<PlatformParts>();
  parts->settings = {.home = home().string(), .engine = docker_host};
  parts->wiring.engine = [this](const model::Region& region) -> Result<std::unique_ptr<ports::Engine>> {
    return std::make_unique<Shared>(engine(region.endpoint));
  };
  parts->wiring.ingress = [this](const PlatformParts&, const model::Region& region, ports::Engine&) {
    return std::make_unique<SharedIngress>(ingress(region.name.str()));
  };
  parts->wiring.builds = [](const ports::EngineInfo&) { return std::string("classic"); };
  parts->wiring.default_endpoint = local_endpoint;
  parts->wiring.ingress_image = "haproxy:2.6";
  parts->wiring.programs.image = "haproxy:2.6";
  parts->wiring.services = services;
  parts->clock = clock ? clock() : std::make_unique<ResetClock>(clock_is_ahead_);
  parts->holder = system::this_holder();
  parts->store = must(store::open_store(home()));
  return Platform(std::move(parts));
}

void SeveralRegions::set_clock(model::TimePoint now) { clock_is_ahead_ = now - system::make_system_clock()->now(); }

RegionView SeveralRegions::add(const std::string& name, RegionRequest request) {
  request.name = name;
  if (!request.endpoint) request.endpoint = "unix:///" + name + ".sock";
  return must(platform().add_region(request));
}

void SeveralRegions::write(const std::string& rest) const {
  std::ofstream(folder_ / "shop" / "divio.yaml") << "project: shop\n" << rest;
}

Target SeveralRegions::target(const std::string& environment) const {
  return {.directory = (folder_ / "shop").string(), .project = {}, .environment = environment};
}

Result<RolloutOutcome> SeveralRegions::deploy(const std::string& environment) {
  return platform().deploy(target(environment), {}, {});
}

void SeveralRegions::change_migration(const std::string& environment, const std::function<void(model::Migration&)>& how) const {
  const auto store = must(store::open_store(home()));
  const model::EnvironmentKey key{must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse(environment))};
  auto migration = must(controller::latest_migration(*store, key));
  REQUIRE(migration);
  how(*migration);
  must(controller::put_migration(*store, *migration));
}

std::string SeveralRegions::instances(const std::string& endpoint) {
  std::vector<std::string> names;
  const auto found = must(engine(endpoint).containers().list({{std::string(model::label::role), std::string(model::role::instance)}}));
  for (const auto& container : found) names.push_back(container.name);
  std::ranges::sort(names);
  return join(names, " ");
}

}  // namespace divio::tests
