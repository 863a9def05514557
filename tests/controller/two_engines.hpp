// Two engines for tests of the controller: the world's, and one that builds for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "controller/world.hpp"
#include "fakes/fake_registry.hpp"

namespace divio::controller::testing {

// The world's region, and another one that builds.
struct TwoEngines {
  World world;
  fakes::FakeEngine builder;
  model::Region ci;

  TwoEngines() {
    ci.name = *model::RegionName::parse("ci");
    builder.on_build([this](const auto& spec, const auto&, const auto&, auto) -> Result<fakes::FakeImage> {
      auto image = world.next_image;
      image.labels = spec.labels;
      return image;
    });
  }

  std::shared_ptr<fakes::FakeRegistry> use_registry() {
    auto registry = std::make_shared<fakes::FakeRegistry>("registry.test");
    world.engine.use_registry(registry);
    builder.use_registry(registry);
    world.runtime->region.registry = "registry.test/team";
    return registry;
  }
  // What the region's engine was called with.
  std::vector<std::string> calls_of(const std::string& name) {
    std::vector<std::string> subjects;
    for (const auto& call : world.engine.calls())
      if (call.call == name) subjects.push_back(call.subject);
    return subjects;
  }
  Deployment deployment(BuildMode mode = BuildMode::automatic) {
    auto made = world.deployment();
    made.request.mode = mode;
    made.builder = Builder{&builder, ci};
    return made;
  }
  Result<RolloutOutcome> deploy(const std::string& code, BuildMode mode = BuildMode::automatic) {
    world.source.code = code;
    return controller::deploy(*world.runtime, deployment(mode), world.call());
  }
};

}  // namespace divio::controller::testing
