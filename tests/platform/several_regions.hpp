// A Platform whose engines and ingresses are fakes: an engine for each endpoint that is named, an ingress for each region,
// and a codebase called "shop" in a folder without git. Servers of services are fakes too; their images are for the test to add.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "controller/fake_servers.hpp"
#include "divio/platform.hpp"
#include "fakes/fake_engine.hpp"
#include "fakes/fake_ingress.hpp"
#include "fakes/temporary_folder.hpp"
#include "model/migration.hpp"
#include "ports/clock.hpp"

namespace divio::tests {

inline constexpr const char* eu_endpoint = "unix:///eu.sock";
inline constexpr const char* local_endpoint = "unix:///var/run/docker.sock";

class SeveralRegions {
 public:
  SeveralRegions();

  // The servers of services, and what is done with them: tests may put something else in its place.
  controller::testing::FakeServers servers;
  services::Operations services = servers.operations();

  // The clock of the platforms from now on: by default the machine's, as set_clock() and pass() have set it.
  std::function<std::unique_ptr<ports::Clock>()> clock;

  // The engine that answers at an endpoint, made at the first call.
  fakes::FakeEngine& engine(const std::string& endpoint);
  fakes::FakeIngress& ingress(const std::string& region);

  // A new one, as each call of the program has; DOCKER_HOST as given.
  [[nodiscard]] Platform platform(const std::string& docker_host = {});

  // The catalogue of the platforms from now on: a folder within folder().
  void use_home(const std::string& name) { home_ = name; }
  [[nodiscard]] std::filesystem::path home() const { return folder_ / home_; }

  // From the next call of the program on it is that time, or that much later.
  void set_clock(model::TimePoint now);
  void pass(std::chrono::milliseconds time) { clock_is_ahead_ += time; }

  // Adds a region whose engine is unix:///NAME.sock.
  RegionView add(const std::string& name, RegionRequest request = {});

  // divio.yaml of the codebase, from the second line on.
  void write(const std::string& rest) const;
  [[nodiscard]] Target target(const std::string& environment = "live") const;
  Result<RolloutOutcome> deploy(const std::string& environment = "live");

  // An environment's latest migration becomes another one, as if somebody else had done something with it.
  void change_migration(const std::string& environment, const std::function<void(model::Migration&)>& how) const;

  // The names of this catalogue's instances on an engine, separated by blanks.
  [[nodiscard]] std::string instances(const std::string& endpoint);

  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  std::string home_ = "home";
  std::chrono::milliseconds clock_is_ahead_{0};
  std::map<std::string, std::unique_ptr<fakes::FakeEngine>> engines_;
  std::map<std::string, std::unique_ptr<fakes::FakeIngress>> ingresses_;
};

}  // namespace divio::tests
