#include "controller/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>

#include "model/labels.hpp"
#include "model/roles.hpp"
#include "services/blueprints.hpp"
#include "services/variables.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;

std::string described(model::ServiceType type, const std::string& version, model::Scope scope) {
  if (type == model::ServiceType::media) return "media in a volume";
  return fmt::format("{} {} ({})", model::to_string(type), version, model::to_string(scope));
}

std::string described(const ServiceInstance& one) {
  return one.bucket ? "media in S3" : described(one.type, one.version, one.scope);
}

std::string described(const model::ServiceSpec& spec) {
  return spec.storage == model::MediaStorage::s3 ? "media in S3" : described(spec.type, spec.version, spec.scope);
}

// Where the file does not say it, media are where they are.
bool is_same_storage(const ServiceInstance& known, const model::ServiceSpec& spec) {
  return !spec.storage || known.bucket.has_value() == (*spec.storage == model::MediaStorage::s3);
}

// How what the file wants comes about without leaving the data behind.
std::string way_to(const ServiceInstance& known, const model::ServiceSpec& spec) {
  const auto command = [&](std::string_view word, std::string_view to) {
    return fmt::format("divioctl service {} {} -e {} --to {}", word, known.prefix.str(), known.environment.environment.str(), to);
  };
  const auto begin = std::string("its data would be left behind: say again what it is, or ");
  if (known.type == spec.type && !known.server.empty()) {
    if (known.version != spec.version) return begin + command("upgrade", spec.version);
    return begin + command("move", to_string(spec.scope));
  }
  if (spec.storage == model::MediaStorage::s3) return begin + command("move", "s3 --s3-endpoint URL --s3-bucket BUCKET --access-key ID");
  return begin + "add the new one under another prefix and move the data (divioctl data pull, divioctl data push)";
}

Result<void> check_same(const ServiceInstance& known, const model::ServiceSpec& spec) {
  if (known.type == spec.type && known.version == spec.version && known.scope == spec.scope && is_same_storage(known, spec)) return {};
  return fail(ErrorCode::refused, fmt::format("service '{}' is {}, but divio.yaml says {}", known.prefix.str(), described(known), described(spec)),
              way_to(known, spec));
}

// Nobody but its owner can make a bucket and a key pair for it.
Result<void> check_has_bucket(const model::EnvironmentKey& key, const model::ServiceSpec& spec) {
  if (spec.storage != model::MediaStorage::s3) return {};
  return fail(ErrorCode::refused, fmt::format("divio.yaml wants service '{}' in S3, and {} has no bucket for it yet", spec.prefix.str(), key.stem()),
              fmt::format("make a bucket and a key pair at the provider, then: divioctl service add {} -e {} --type media --s3-endpoint URL "
                          "--s3-bucket BUCKET --access-key ID", spec.prefix.str(), key.environment.str()));
}

// A service that was added by hand knows nothing of the file.
Result<void> check_has_its_volume(const ServiceInstance& instance, const model::ProjectFile& file) {
  if (std::ranges::find(file.volumes, model::volume_of(instance.prefix), &model::Mount::volume) == file.volumes.end()) return {};
  return fail(ErrorCode::refused, fmt::format("a volume in divio.yaml has the name of service '{}' of {}", instance.prefix.str(), instance.environment.stem()),
              "name the volume otherwise: the service keeps its data in a volume of that name");
}

const ServiceInstance* instance_at(const Instances& instances, std::string_view prefix) {
  const auto found = std::ranges::find(instances, prefix, [](const auto& one) { return std::string_view(one.prefix.str()); });
  return found == instances.end() ? nullptr : &*found;
}

// Where a release mounts media; what the instance says now may be meant for a later one.
std::string mount_in(const model::ReleaseConfig& config, const ServiceInstance& instance) {
  const auto volume = std::ranges::find(config.volumes, model::volume_of(instance.prefix), &model::Mount::volume);
  return volume == config.volumes.end() ? instance.mount : volume->path;
}

Result<planning::SeenServer> see_server(Runtime& runtime, const std::string& network, const ServiceInstance& instance) {
  planning::SeenServer seen{.name = instance.server};
  auto server = server_of(runtime, instance);
  DIVIO_ASSIGN(server.password, runtime.store.services().known_server_password(runtime.region.name, instance.server));
  DIVIO_TRY(look, runtime.services.look_at_server(runtime.engine, server));
  if (look.state == services::ServerState::absent) return seen;
  seen.present = true;
  seen.serving = look.state == services::ServerState::serving;
  seen.current = look.current;
  if (!look.networks.contains(network)) return seen;
  const auto container = runtime.engine.containers().inspect(instance.server);
  if (!container && container.error().code == ErrorCode::not_found) return planning::SeenServer{.name = instance.server};
  if (!container) return Failure(container.error());
  const auto names = container->aliases.find(network);
  seen.connected = names != container->aliases.end();
  if (seen.connected) seen.hosts = names->second;
  return seen;
}

}  // namespace

Result<Instances> instances_of(const model::RegionName& region, const Instances& known, const model::ProjectFile& file,
                               const model::EnvironmentKey& key) {
  Instances all = known;
  for (auto& instance : all) {
    if (!instance.bucket) DIVIO_CHECK(check_has_its_volume(instance, file));
    const auto spec = std::ranges::find(file.services, instance.prefix, &model::ServiceSpec::prefix);
    if (spec == file.services.end()) continue;
    DIVIO_CHECK(check_same(instance, *spec));
    if (!instance.bucket) instance.mount = spec->mount;
    instance.limits = spec->limits;
    instance.declared = true;
  }
  for (const auto& spec : file.services) {
    if (instance_at(known, spec.prefix.str()) != nullptr) continue;
    DIVIO_CHECK(check_has_bucket(key, spec));
    all.push_back(model::new_instance(region, key, spec));
    all.back().declared = true;
  }
  std::ranges::sort(all, {}, &ServiceInstance::prefix);
  return all;
}

void attach(model::ReleaseConfig& config, const ServiceInstance& instance) {
  if (has_service(config, instance.prefix)) return;
  config.services.push_back(instance.prefix.str());
  std::ranges::sort(config.services);
  if (is_in_volume(instance))
    config.volumes.push_back({model::volume_of(instance.prefix), instance.mount});
}

void attach(model::ReleaseConfig& config, const Instances& instances) {
  for (const auto& instance : instances)
    if (instance.state != model::ServiceState::detached) attach(config, instance);
}

void detach(model::ReleaseConfig& config, const ServiceInstance& instance) {
  std::erase(config.services, instance.prefix.str());
  if (instance.type == model::ServiceType::media)
    std::erase_if(config.volumes, [&](const auto& mount) { return mount.volume == model::volume_of(instance.prefix); });
}

Result<void> check_mounts(const model::ReleaseConfig& config) {
  std::map<std::string, std::string> at;
  for (const auto& mount : config.volumes)
    if (const auto [taken, fresh] = at.emplace(mount.path, mount.volume); !fresh)
      return fail(ErrorCode::refused, fmt::format("'{}' and '{}' would both be mounted at {}", taken->second, mount.volume, mount.path),
                  "give each of them a path of its own: in divio.yaml, or with --mount when a service is added");
  return {};
}

bool has_service(const model::ReleaseConfig& config, const model::ServicePrefix& prefix) {
  return std::ranges::find(config.services, prefix.str()) != config.services.end();
}

Result<Instances> instances_of(Runtime& runtime, const model::Release& release, const Instances& made) {
  Instances found;
  if (release.config.services.empty()) return found;
  DIVIO_TRY(known, runtime.store.services().services(release.key));
  for (const auto& prefix : release.config.services) {
    const auto* instance = instance_at(known, prefix);
    if (instance == nullptr) instance = instance_at(made, prefix);
    if (instance == nullptr)
      return fail(ErrorCode::refused, fmt::format("release {} uses service '{}', which was removed since", release.number, prefix),
                  "go to a later release, or add the service again and deploy");
    found.push_back(*instance);
    found.back().mount = mount_in(release.config, *instance);
  }
  return found;
}

// The password of a server is known for as long as its data are.
Result<std::string> server_with_kept_data(Runtime& runtime, const ServiceInstance& instance) {
  const auto second = model::second_server_name(instance.server);
  if (instance.server.empty() || instance.scope != model::Scope::dedicated || instance.state != model::ServiceState::added) return instance.server;
  DIVIO_TRY(own, runtime.store.services().known_server_password(runtime.region.name, instance.server));
  DIVIO_TRY(other, runtime.store.services().known_server_password(runtime.region.name, second));
  return own.empty() && !other.empty() ? second : instance.server;
}

Result<ServiceInstance> need_instance(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix) {
  DIVIO_TRY(known, runtime.store.services().services(key));
  if (const auto* found = instance_at(known, prefix)) return *found;
  std::vector<std::string> prefixes;
  for (const auto& instance : known) prefixes.push_back(instance.prefix.str());
  const auto near = nearest(prefix, prefixes);
  return fail(ErrorCode::not_found, fmt::format("{} has no service '{}'", key.stem(), prefix),
              near               ? fmt::format("did you mean '{}'?", *near)
              : prefixes.empty() ? "divioctl service add makes one, and so does divio.yaml"
                                 : "it has: " + join(prefixes, ", "));
}

std::vector<model::Mount> mounts_of(const model::ReleaseConfig& config, const Instances& instances) {
  auto mounts = config.volumes;
  for (const auto& instance : instances) {
    if (instance.type != model::ServiceType::media) continue;
    const auto volume = model::volume_of(instance.prefix);
    const auto found = std::ranges::find(mounts, volume, &model::Mount::volume);
    if (instance.bucket && found != mounts.end()) mounts.erase(found);
    if (!instance.bucket && found == mounts.end()) mounts.push_back({volume, instance.mount});
  }
  return mounts;
}

Result<void> provide_services(Runtime& runtime, const model::Release& release, ports::ContainerSpec& spec) {
  if (release.config.services.empty()) return {};
  DIVIO_TRY(instances, instances_of(runtime, release));
  spec.mounts.clear();
  for (const auto& mount : mounts_of(release.config, instances)) spec.mounts.push_back({planning::volume_name(release.key, mount.volume), mount.path, false});
  for (auto& instance : instances) instance.state = model::ServiceState::attached;
  spec.environment.merge(services::attached_variables(instances));
  return {};
}

Result<void> want_services_of(Runtime& runtime, const model::Release& release) {
  DIVIO_TRY(instances, instances_of(runtime, release));
  if (instances.empty()) return {};
  DIVIO_TRY(known, runtime.store.services().services(release.key));
  for (auto instance : known) {
    if (instance.state != model::ServiceState::detached || !has_service(release.config, instance.prefix)) continue;
    instance.state = model::ServiceState::provisioned;
    DIVIO_CHECK(runtime.store.services().put_service(instance));
  }
  return {};
}

planning::WantedService wanted_service(const ServiceInstance& instance) {
  return {.prefix = instance.prefix.str(), .type = instance.type, .version = instance.version, .server = instance.server,
          .host = model::host_of(instance), .made = instance.state != model::ServiceState::added,
          .dedicated = instance.scope == model::Scope::dedicated};
}

std::vector<planning::WantedService> wanted_services(const Instances& instances) {
  std::vector<planning::WantedService> wanted;
  for (const auto& instance : instances) wanted.push_back(wanted_service(instance));
  return wanted;
}

services::Server server_of(const Runtime& runtime, const ServiceInstance& instance) {
  services::Server server{.type = instance.type, .version = instance.version, .name = instance.server};
  server.labels = {{std::string(model::label::managed), catalogue_of(runtime)},
                   {std::string(model::label::role), std::string(model::role::service)},
                   {std::string(model::label::region), runtime.region.name.str()}};
  server.image = services::image_in(runtime.region, services::blueprint(instance.type), instance.version);
  if (instance.scope == model::Scope::shared) return server;
  server.limits = instance.limits;
  server.labels[std::string(model::label::project)] = instance.environment.project.str();
  server.labels[std::string(model::label::environment)] = instance.environment.environment.str();
  return server;
}

Result<services::Server> server_with_password(Runtime& runtime, const ServiceInstance& instance) {
  auto server = server_of(runtime, instance);
  DIVIO_ASSIGN(server.password, runtime.store.services().server_password(runtime.region.name, instance.server));
  return server;
}

Result<std::vector<planning::SeenServer>> see_servers(Runtime& runtime, const model::EnvironmentKey& key,
                                                      const Instances& instances) {
  std::map<std::string, std::future<Result<planning::SeenServer>>> looks;
  for (const auto& instance : instances)
    if (!instance.server.empty() && !looks.contains(instance.server))
      looks[instance.server] = std::async(std::launch::async, [&] {
        return see_server(runtime, planning::network_name(key), instance);
      });
  std::vector<planning::SeenServer> seen;
  std::optional<Error> wrong;
  for (auto& [name, look] : looks) {
    auto server = look.get();
    if (server) seen.push_back(std::move(*server));
    else wrong = server.error();
  }
  if (wrong) return Failure(*wrong);
  return seen;
}

}  // namespace divio::controller
