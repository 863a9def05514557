// What a Platform is made of: the store, and the region's engine and ingress, opened when they are first needed.
#pragma once

#include <functional>
#include <memory>

#include "controller/runtime.hpp"
#include "divio/platform.hpp"
#include "ports/clock.hpp"
#include "ports/engine.hpp"
#include "ports/ingress.hpp"
#include "ports/store.hpp"

namespace divio {

struct PlatformParts;

// How the parts of a region are made; tests put others in their place.
struct Wiring {
  std::function<Result<std::unique_ptr<ports::Engine>>(const model::Region&)> engine;
  std::function<std::unique_ptr<ports::Ingress>(const PlatformParts&, const model::Region&, ports::Engine&)> ingress;
};

struct PlatformParts {
  Settings settings;
  Wiring wiring;
  std::unique_ptr<ports::Clock> clock;
  std::unique_ptr<ports::Store> store;
  model::Holder holder;

  // The region's parts, opened at the first call. References stay valid as long as the parts live.
  [[nodiscard]] Result<controller::Runtime*> runtime();

 private:
  std::unique_ptr<ports::Engine> engine_;
  std::unique_ptr<ports::Ingress> ingress_;
  std::unique_ptr<controller::Runtime> runtime_;
};

// The real parts: a Docker engine, HAProxy, the SQLite store in settings.home. The only place that names them all.
[[nodiscard]] Result<std::unique_ptr<PlatformParts>> wire_platform(const Settings& settings);

}  // namespace divio
