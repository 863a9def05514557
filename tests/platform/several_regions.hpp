// A Platform whose engines and ingresses are fakes: an engine for each endpoint that is named, an ingress for each region,
// and a codebase called "shop" in a folder without git.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "divio/platform.hpp"
#include "fakes/fake_engine.hpp"
#include "fakes/fake_ingress.hpp"
#include "fakes/temporary_folder.hpp"

namespace divio::tests {

inline constexpr const char* eu_endpoint = "unix:///eu.sock";

class SeveralRegions {
 public:
  SeveralRegions();

  // The engine that answers at an endpoint, made at the first call.
  fakes::FakeEngine& engine(const std::string& endpoint);
  fakes::FakeIngress& ingress(const std::string& region);

  // A new one, as each call of the program has; DOCKER_HOST as given.
  [[nodiscard]] Platform platform(const std::string& docker_host = {});

  // The catalogue of the platforms from now on: a folder within folder().
  void use_home(const std::string& name) { home_ = name; }
  [[nodiscard]] std::filesystem::path home() const { return folder_ / home_; }

  // Adds a region whose engine is unix:///NAME.sock.
  RegionView add(const std::string& name, RegionRequest request = {});

  // divio.yaml of the codebase, from the second line on.
  void write(const std::string& rest) const;
  [[nodiscard]] Target target(const std::string& environment = "live") const;
  Result<RolloutOutcome> deploy(const std::string& environment = "live");

  // The names of this catalogue's instances on an engine, separated by blanks.
  [[nodiscard]] std::string instances(const std::string& endpoint);

  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  std::string home_ = "home";
  std::map<std::string, std::unique_ptr<fakes::FakeEngine>> engines_;
  std::map<std::string, std::unique_ptr<fakes::FakeIngress>> ingresses_;
};

}  // namespace divio::tests
