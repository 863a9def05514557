#include "services/variables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "services/blueprints.hpp"
#include "support/percent.hpp"

namespace divio::services {
namespace {

using model::ServiceInstance;
using model::ServiceType;

std::string server_url(std::string_view scheme, const ServiceInstance& instance, std::string_view path) {
  return fmt::format("{}://{}:{}@{}:{}/{}", scheme, percent_encode(instance.role),
                     percent_encode(instance.password.reveal()), host_of(instance),
                     blueprint(instance.type).port, percent_encode(path));
}

// "/data/media" -> file:///data/media/?url=%2Fmedia%2F: the folder, and under which path of the site its files appear.
std::string folder_url(std::string_view mount) {
  while (mount.ends_with('/')) mount.remove_suffix(1);
  const auto last = mount.substr(mount.rfind('/') + 1);
  return fmt::format("file://{}/?url={}", percent_encode(mount, "/"), percent_encode(fmt::format("/{}/", last)));
}

// The bucket before the host, as Divio writes it and django-storage-url reads it (https://github.com/divio/django-storage-url,
// backends/s3.py). That knows no other endpoints than those of such a form, with https: what others need to know is in `endpoint`.
std::string bucket_url(const ServiceInstance& instance) {
  const auto& bucket = *instance.bucket;
  const auto host = bucket.endpoint.substr(std::min(bucket.endpoint.find("://") + 3, bucket.endpoint.size()));
  const auto query = fmt::format("?auth=s3v4&endpoint={}&bucket={}&region_name={}&addressing_style={}{}", percent_encode(bucket.endpoint),
                                 percent_encode(bucket.name), percent_encode(bucket.region.empty() ? "us-east-1" : bucket.region),
                                 bucket.host_style ? "virtual" : "path",
                                 bucket.domain.empty() ? std::string("&acl=private&qs_auth=true") : "&domain=" + percent_encode(bucket.domain));
  return fmt::format("s3://{}:{}@{}.{}/{}", percent_encode(instance.role), percent_encode(instance.password.reveal()), bucket.name,
                     host.substr(0, host.find('/')), query);
}

struct Given {
  std::string suffix;   // after the prefix
  std::string general;  // the name without a prefix, or that of the prefix `default`
  std::string value;
};

Given given_by(const ServiceInstance& instance) {
  switch (instance.type) {
    case ServiceType::postgres:
      return {"_DATABASE_DSN", "DATABASE_URL", server_url("postgres", instance, instance.database)};
    case ServiceType::mariadb:
      return {"_DATABASE_DSN", "DATABASE_URL", server_url("mysql", instance, instance.database)};
    case ServiceType::redis:
      return {"_CACHE_URL", "CACHE_URL", server_url("redis", instance, "0")};
    case ServiceType::media:
      return {"_STORAGE_DSN", "DEFAULT_STORAGE_DSN",
              instance.bucket ? bucket_url(instance) : folder_url(instance.mount)};
  }
  return {};
}

bool is_database(ServiceType type) { return type == ServiceType::postgres || type == ServiceType::mariadb; }

}  // namespace

model::Variables attached_variables(std::span<const ServiceInstance> instances) {
  model::Variables variables;
  for (const auto& instance : instances) {
    if (instance.state != model::ServiceState::attached) continue;
    const auto given = given_by(instance);
    const model::Variable variable{Secret(given.value), true};
    variables[instance.prefix.upper() + given.suffix] = variable;
    if (instance.prefix.str() == "default")
      variables[given.general] = variable;
    else if (!is_database(instance.type))
      variables.try_emplace(given.general, variable);
  }
  return variables;
}

}  // namespace divio::services
