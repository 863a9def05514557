#include <fmt/format.h>

#include <cstdlib>

#include "engines/docker/docker.hpp"
#include "ingress/haproxy/haproxy_ingress.hpp"
#include "platform/parts.hpp"
#include "store/sqlite/store.hpp"
#include "support/try.hpp"
#include "system/clock.hpp"
#include "system/holder.hpp"

namespace divio {
namespace {

constexpr const char* default_region = "local";

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::unique_ptr<ports::Engine>> make_engine(const model::Region& region) {
  DIVIO_TRY(endpoint, engines::find_endpoint(region.endpoint, variable));
  return engines::open_docker(endpoint);
}

std::unique_ptr<ports::Ingress> make_ingress(const PlatformParts& parts, const model::Region& region, ports::Engine& engine) {
  ingress::Options options;
  options.region = region.name;
  options.http_port = region.http_port;
  options.catalogue_id = parts.store->catalogue_id();
  return ingress::make_haproxy_ingress({engine, parts.store->leases(), *parts.clock, parts.holder}, std::move(options));
}

// What the settings say of the region stands above what the catalogue remembers; a port given once is remembered.
Result<model::Region> find_region(PlatformParts& parts) {
  DIVIO_TRY(known, parts.store->regions().region(default_region));
  auto region = known.value_or(model::Region{});
  if (parts.settings.ingress_port != 0 && parts.settings.ingress_port != region.http_port) {
    region.http_port = parts.settings.ingress_port;
    DIVIO_CHECK(parts.store->regions().put_region(region));
  }
  if (!parts.settings.engine.empty()) region.endpoint = parts.settings.engine;
  return region;
}

}  // namespace

Result<controller::Runtime*> PlatformParts::runtime() {
  if (runtime_) return runtime_.get();
  DIVIO_TRY(region, find_region(*this));
  DIVIO_ASSIGN(engine_, wiring.engine(region));
  ingress_ = wiring.ingress(*this, region, *engine_);
  runtime_.reset(new controller::Runtime{*engine_, *ingress_, *store, *clock, region, holder});
  return runtime_.get();
}

Result<std::unique_ptr<PlatformParts>> wire_platform(const Settings& settings) {
  auto parts = std::make_unique<PlatformParts>();
  parts->settings = settings;
  parts->wiring = {make_engine, make_ingress};
  parts->clock = system::make_system_clock();
  parts->holder = system::this_holder();
  DIVIO_ASSIGN(parts->store, store::open_store(settings.home));
  return parts;
}

}  // namespace divio
