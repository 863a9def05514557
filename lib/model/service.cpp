#include "model/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "model/enum_names.hpp"
#include "support/text.hpp"

namespace divio::model {
namespace {

constexpr std::size_t longest_prefix = 32;

constexpr EnumNames<ServiceType, 4> type_names{{{ServiceType::postgres, "postgres"},
                                                {ServiceType::mariadb, "mariadb"},
                                                {ServiceType::redis, "redis"},
                                                {ServiceType::media, "media"}}};
constexpr EnumNames<Scope, 2> scope_names{{{Scope::shared, "shared"}, {Scope::dedicated, "dedicated"}}};
constexpr EnumNames<MediaStorage, 2> storage_names{{{MediaStorage::volume, "volume"}, {MediaStorage::s3, "s3"}}};
constexpr EnumNames<ServiceState, 4> state_names{{{ServiceState::added, "added"},
                                                  {ServiceState::provisioned, "provisioned"},
                                                  {ServiceState::attached, "attached"},
                                                  {ServiceState::detached, "detached"}}};

template <class Enum, std::size_t Count>
Result<Enum> parsed(const EnumNames<Enum, Count>& names, std::string_view text, std::string_view noun) {
  if (const auto value = value_of(names, text)) return *value;
  std::vector<std::string> known;
  for (const auto& [value, name] : names) known.emplace_back(name);
  const auto meant = nearest(text, known);
  return fail(ErrorCode::invalid, fmt::format("'{}' is not a {}", text, noun),
              meant ? fmt::format("did you mean '{}'?", *meant) : "use one of " + join(known, ", "));
}

bool lower_letter(char c) { return c >= 'a' && c <= 'z'; }
bool prefix_character(char c) { return lower_letter(c) || (c >= '0' && c <= '9') || c == '_'; }

std::string with_dashes(std::string text, char replaced) {
  std::ranges::replace(text, replaced, '-');
  return text;
}

}  // namespace

std::string_view to_string(ServiceType type) noexcept { return name_of(type_names, type); }
std::string_view to_string(Scope scope) noexcept { return name_of(scope_names, scope); }
std::string_view to_string(ServiceState state) noexcept { return name_of(state_names, state); }

Result<ServiceType> service_type(std::string_view name) { return parsed(type_names, name, "type of service"); }
Result<Scope> service_scope(std::string_view name) { return parsed(scope_names, name, "scope of a service"); }

std::string_view to_string(MediaStorage storage) noexcept { return name_of(storage_names, storage); }
Result<MediaStorage> media_storage(std::string_view name) { return parsed(storage_names, name, "storage of media"); }

std::string address_of(const Bucket& bucket) {
  std::string_view endpoint = bucket.endpoint;
  while (endpoint.ends_with('/')) endpoint.remove_suffix(1);
  return fmt::format("{}/{}", endpoint, bucket.name);
}

std::string name_of(const Bucket& bucket) {
  const auto address = address_of(bucket);
  return fmt::format("{} at {}", bucket.name, std::string_view(address).substr(0, address.size() - bucket.name.size() - 1));
}

std::optional<ServiceState> service_state(std::string_view name) noexcept { return value_of(state_names, name); }

Result<ServicePrefix> ServicePrefix::parse(std::string_view text) {
  if (!text.empty() && text.size() <= longest_prefix && lower_letter(text.front()) &&
      std::ranges::all_of(text, prefix_character))
    return ServicePrefix(std::string(text));
  return fail(ErrorCode::invalid, fmt::format("'{}' is not a valid service prefix", text),
              fmt::format("use 1 to {} of a-z, 0-9 and '_', beginning with a letter, for example 'default'", longest_prefix));
}

std::string ServicePrefix::upper() const {
  std::string name = text_;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

Result<void> check_service(const ServiceSpec& spec) {
  const auto wrong = [&](std::string_view what, std::string hint) {
    return fail(ErrorCode::invalid, fmt::format("service '{}' {}", spec.prefix.str(), what), std::move(hint));
  };
  const auto type = to_string(spec.type);
  if (spec.type != ServiceType::media) {
    if (!spec.mount.empty()) return wrong(fmt::format("has a mount, but is of type {}", type), "leave the mount out");
    if (spec.storage) return wrong(fmt::format("has a storage, but is of type {}", type), "leave the storage out");
    if (spec.version.empty()) return wrong("has no version", fmt::format("say which version of {} it is", type));
    return {};
  }
  if (!spec.version.empty()) return wrong("has a version, but is of type media", "leave the version out");
  if (spec.storage == MediaStorage::s3)
    return spec.mount.empty() ? Result<void>{} : wrong("has a mount, but is in S3", "leave the mount out: the application talks to the bucket itself");
  if (spec.mount.size() < 2 || !spec.mount.starts_with('/'))
    return wrong("has no folder to be mounted at", "give its mount from the root, for example /data/media");
  return {};
}

std::string_view product_name(ServiceType type) noexcept {
  switch (type) {
    case ServiceType::postgres: return "PostgreSQL";
    case ServiceType::mariadb: return "MariaDB";
    case ServiceType::redis: return "Redis";
    case ServiceType::media: break;
  }
  return "media storage";
}

ServiceInstance new_instance(const RegionName& region, const EnvironmentKey& environment, const ServiceSpec& spec) {
  return {.environment = environment, .prefix = spec.prefix, .type = spec.type, .version = spec.version, .scope = spec.scope,
          .server = server_name(region, environment, spec), .mount = spec.mount, .limits = spec.limits};
}

std::string server_name(const RegionName& region, const EnvironmentKey& environment, const ServiceSpec& spec) {
  if (spec.type == ServiceType::media) return {};
  if (spec.scope == Scope::dedicated) return fmt::format("divio-{}-{}", environment.stem(), volume_of(spec.prefix));
  const auto of_region = region == local_region() ? std::string() : region.str() + "-";  // two may share an engine
  return fmt::format("divio-{}{}-{}", of_region, to_string(spec.type), with_dashes(spec.version, '.'));
}

std::string second_server_name(const std::string& name) { return name + ".2"; }

std::string host_name(const ServicePrefix& prefix) { return volume_of(prefix) + "-service"; }

std::string host_of(const ServiceInstance& instance) { return instance.host.empty() ? host_name(instance.prefix) : instance.host; }

ServicePlace place_of(const ServiceInstance& instance) {
  ServicePlace place{instance.server, instance.version, instance.scope, instance.host};
  if (instance.bucket) place.login = {*instance.bucket, instance.role, instance.password};
  return place;
}

ServiceInstance placed(ServiceInstance instance, const ServicePlace& place) {
  instance.server = place.server;
  instance.version = place.version;
  instance.scope = place.scope;
  instance.host = place.host;
  if (place.login) {
    instance.bucket = place.login->bucket;
    instance.role = place.login->access_key;
    instance.password = place.login->secret_key;
  } else if (instance.bucket) {
    instance.bucket.reset();
    instance.role.clear();
    instance.password = {};
  }
  return instance;
}

// No prefix leads to the second ones: it has no '.', and the other names end with "-service".
ServicePlace place_beside(const RegionName& region, const ServiceInstance& instance, const std::string& version, Scope scope) {
  ServicePlace place{.version = version, .scope = scope};
  place.server = server_name(region, instance.environment, {.prefix = instance.prefix, .type = instance.type, .version = version, .scope = scope});
  if (place.server == instance.server) place.server = second_server_name(place.server);
  if (instance.host.empty()) place.host = host_name(instance.prefix) + "-2";
  return place;
}

std::string volume_of(const ServicePrefix& prefix) { return with_dashes(prefix.str(), '_'); }

}  // namespace divio::model
