// A small world for tests of the controller: a fake engine and ingress that belong together, a real catalogue in a folder
// of the test's own, and one project "shop" whose releases are made by hand.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controller/fake_servers.hpp"
#include "controller/runtime.hpp"
#include "controller/use_cases.hpp"
#include "fakes/fake_engine.hpp"
#include "fakes/fake_ingress.hpp"
#include "fakes/temporary_folder.hpp"
#include "ports/source.hpp"

namespace divio::controller::testing {

// A codebase in memory: its digest is its text. It has one branch, main; a reference is one of its commits.
class FakeSource final : public ports::Source {
 public:
  std::string code = "first";  // what main, and the working tree, hold
  std::vector<std::string> warnings = {};  // about what is sent to the builder
  Result<model::Revision> resolve(const ports::SourceSelection&) override;
  Result<ports::BuildContext> context(const ports::SourceSelection&) override;
  Result<std::optional<std::string>> file(const ports::SourceSelection&, const std::string&) override;
  Result<std::vector<std::string>> branches() override;

 private:
  std::map<std::string, std::string> commits_;  // every commit that was resolved, and its code
};

struct World {
  World();

  tests::TemporaryFolder folder;
  fakes::FakeEngine engine;
  fakes::FakeIngress ingress;
  FakeServers servers;
  std::unique_ptr<ports::Store> store;
  std::unique_ptr<ports::Clock> clock;
  FakeSource source;
  model::EnvironmentKey key;
  model::ProjectFile file;
  std::vector<std::string> notices;
  std::unique_ptr<Runtime> runtime;

  // What images do when their containers start; by the code they were built from.
  fakes::FakeImage next_image;

  [[nodiscard]] Call call();
  [[nodiscard]] Result<RolloutOutcome> deploy(const std::string& code);
  [[nodiscard]] Deployment deployment();
  // Names of the environment's containers, sorted.
  [[nodiscard]] std::vector<std::string> containers();
  // Instances that the ingress sends traffic to.
  [[nodiscard]] std::vector<std::string> serving();
};

}  // namespace divio::controller::testing
