#include <fmt/format.h>

#include <cstdlib>

#include "controller/migrations.hpp"
#include "engines/docker/builds.hpp"
#include "engines/docker/docker.hpp"
#include "ingress/haproxy/container.hpp"
#include "ingress/haproxy/haproxy_ingress.hpp"
#include "platform/parts.hpp"
#include "platform/places.hpp"
#include "storage/storage.hpp"
#include "store/sqlite/store.hpp"
#include "support/try.hpp"
#include "system/clock.hpp"
#include "system/holder.hpp"

namespace divio {
namespace {

std::optional<std::string> process_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// The docker client's variables are about the engine of this machine, which is `local`'s; its logins are whoever's runs it.
std::optional<std::string> variable_elsewhere(const std::string& name) {
  return name.starts_with("DOCKER_") && name != "DOCKER_CONFIG" ? std::nullopt : process_variable(name);
}

Result<std::unique_ptr<ports::Engine>> make_engine(const model::Region& region) {
  const bool local = region.name == model::local_region();
  DIVIO_TRY(endpoint, engines::find_endpoint(region.endpoint, local ? process_variable : variable_elsewhere));
  if (!region.certificates.empty()) endpoint.certificates = region.certificates;
  endpoint.region = region.name.str();
  return engines::open_docker(endpoint);
}

std::unique_ptr<ports::Ingress> make_ingress(const PlatformParts& parts, const model::Region& region, ports::Engine& engine) {
  ingress::Options options;
  options.region = region.name.str();
  options.http_port = region.http_port;
  options.catalogue_id = controller::catalogue_of(*parts.store, region);
  return ingress::make_haproxy_ingress({engine, parts.store->leases(), *parts.clock, parts.holder}, std::move(options));
}

std::string builds_of(const ports::EngineInfo& info) {
  return info.name != "podman" && engines::find_buildkit_client() ? "BuildKit" : "classic";
}

Result<std::shared_ptr<ports::ObjectStorage>> open_bucket(const model::Bucket& bucket, const std::string& access_key, const Secret& secret_key) {
  storage::S3Settings settings{.endpoint = bucket.endpoint, .bucket = bucket.name, .access_key = access_key, .secret_key = secret_key};
  if (!bucket.region.empty()) settings.region = bucket.region;
  settings.path_style = !bucket.host_style;
  settings.authority = bucket.authority;
  DIVIO_TRY(opened, storage::open_s3(std::move(settings)));
  return std::shared_ptr<ports::ObjectStorage>(std::move(opened));
}

// The ingress's image is in every region anyway.
Result<void> ensure_programs(ports::Engine& engine, std::stop_token stop) {
  return ingress::ensure_image(engine, std::string(ingress::haproxy_image), [](std::string_view) {}, std::move(stop));
}

}  // namespace

Result<controller::Runtime*> PlatformParts::runtime(const model::RegionName& name) {
  if (const auto found = opened_.find(name); found != opened_.end()) return found->second.runtime.get();
  DIVIO_TRY(region, find_place(*this, name));
  Opened opened;
  DIVIO_ASSIGN(opened.engine, wiring.engine(region));
  opened.ingress = wiring.ingress(*this, region, *opened.engine);
  opened.runtime.reset(new controller::Runtime{*opened.engine, *opened.ingress, *store, *clock, region, holder,
                                           wiring.services, wiring.programs, wiring.open_bucket});
  return opened_.emplace(name, std::move(opened)).first->second.runtime.get();
}

Result<controller::Runtime*> PlatformParts::runtime(const model::RegionName& name, const model::EnvironmentKey& key) {
  DIVIO_TRY(region, runtime(name));
  DIVIO_TRY(moving, controller::latest_migration(*store, key));
  if (!moving || !moving->goes_on() || !moving->in_place()) return region;
  auto& set = sets_[key];
  set = std::make_unique<migration::environment::ServingSet>(*region, *moving);
  return &set->runtime();
}

Result<std::unique_ptr<PlatformParts>> wire_platform(const Settings& settings) {
  auto parts = std::make_unique<PlatformParts>();
  parts->settings = settings;
  parts->wiring = {make_engine, make_ingress, builds_of, std::string(engines::default_docker_address),
                   std::string(ingress::haproxy_image), {std::string(ingress::haproxy_image), ensure_programs}, open_bucket,
                   services::real_operations()};
  parts->clock = system::make_system_clock();
  parts->holder = system::this_holder();
  DIVIO_ASSIGN(parts->store, store::open_store(settings.home));
  return parts;
}

}  // namespace divio
