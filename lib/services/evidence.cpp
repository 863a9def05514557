#include "services/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "services/dump_reader.hpp"
#include "services/redis_keys.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

using model::ServiceType;

Result<model::Evidence> dump_mariadb(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                     const ports::ByteSink& sink) {
  SqlDumpReader reader;
  DIVIO_CHECK(dump(place, server, instance, [&](std::string_view bytes) -> Result<void> {
    reader.add(bytes);
    return sink ? sink(bytes) : Result<void>();
  }));
  return reader.finish();
}

Result<model::Evidence> dump_redis(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                   const ports::ByteSink& sink) {
  std::string beginning;
  DIVIO_CHECK(dump(place, server, instance, [&](std::string_view bytes) -> Result<void> {
    if (beginning.size() < rdb_beginning) beginning += bytes.substr(0, rdb_beginning - beginning.size());
    return sink ? sink(bytes) : Result<void>();
  }));
  return rdb_evidence(beginning).value_or(model::Evidence{});
}

Result<model::Evidence> gather(const Place& place, const Server& server, const model::ServiceInstance& instance,
                               const ports::ByteSink& sink) {
  switch (instance.type) {
    case ServiceType::postgres: return postgres::dump_in_snapshot(place, server, instance, sink);
    case ServiceType::mariadb: return dump_mariadb(place, server, instance, sink);
    case ServiceType::redis: return dump_redis(place, server, instance, sink);
    case ServiceType::media: break;
  }
  return fail(ErrorCode::bug, fmt::format("service '{}' is of type media, which has no server", instance.prefix.str()));
}

}  // namespace

Result<model::Evidence> dump_with_evidence(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                           const ports::ByteSink& sink) {
  return gather(place, server, instance, sink);
}

Result<model::Evidence> look_at_data(const Place& place, const Server& server, const model::ServiceInstance& instance) {
  return gather(place, server, instance, {});
}

Result<model::Evidence> look_at_copy(const Place& place, const Server& server, const model::ServiceInstance& instance) {
  return instance.type == ServiceType::redis ? redis::count_keys(place, server) : gather(place, server, instance, {});
}

}  // namespace divio::services
