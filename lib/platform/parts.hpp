// What a Platform is made of: the store, and the regions' engines and ingresses, opened when they are first needed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "controller/runtime.hpp"
#include "divio/platform.hpp"
#include "migration/environment/second_set.hpp"
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
  std::function<std::string(const ports::EngineInfo&)> builds;  // "BuildKit" or "classic"
  std::string default_endpoint;  // of `local`
  std::string ingress_image;     // has the programs of a Debian system
  media::Programs programs = {};
  controller::OpenBucket open_bucket = {};
  services::Operations services = {};
};

struct PlatformParts {
  Settings settings;
  Wiring wiring;
  std::unique_ptr<ports::Clock> clock;
  std::unique_ptr<ports::Store> store;
  model::Holder holder;

  // A region's parts, opened at the first call. References stay valid until the region is closed.
  [[nodiscard]] Result<controller::Runtime*> runtime(const model::RegionName& name);

  // The same for one environment: while a service of it moves within the region, the set of instances that serves is all that there is.
  // References stay valid until it is called again for that environment.
  [[nodiscard]] Result<controller::Runtime*> runtime(const model::RegionName& name, const model::EnvironmentKey& key);

  // Forgets a region's parts, after its settings have changed.
  void close(const model::RegionName& name) {
    sets_.clear();
    opened_.erase(name);
  }

 private:
  struct Opened {
    std::unique_ptr<ports::Engine> engine;
    std::unique_ptr<ports::Ingress> ingress;
    std::unique_ptr<controller::Runtime> runtime;
  };
  std::map<model::RegionName, Opened> opened_;
  std::map<model::EnvironmentKey, std::unique_ptr<migration::environment::ServingSet>> sets_;
};

// The real parts: a Docker engine, HAProxy, the SQLite store in settings.home. The only place that names them all.
[[nodiscard]] Result<std::unique_ptr<PlatformParts>> wire_platform(const Settings& settings);

}  // namespace divio
