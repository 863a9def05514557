#include "services/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace divio::services {
namespace {

constexpr std::uint64_t mebi = std::uint64_t{1024} * 1024;

// A quarter for the buffers and the rest for the kernel's cache, as PostgreSQL's documentation advises; a connection
// takes some 8 MB (https://www.postgresql.org/docs/15/runtime-config-resource.html).
std::vector<std::string> postgres_settings(std::uint64_t memory) {
  const auto mega = memory / mebi;
  return {"-c", fmt::format("shared_buffers={}MB", std::max<std::uint64_t>(mega / 4, 16)),
          "-c", fmt::format("effective_cache_size={}MB", std::max<std::uint64_t>(mega * 3 / 4, 32)),
          "-c", fmt::format("maintenance_work_mem={}MB", std::clamp<std::uint64_t>(mega / 16, 16, 1024)),
          "-c", fmt::format("work_mem={}MB", std::clamp<std::uint64_t>(mega / 256, 1, 64)),
          "-c", fmt::format("max_connections={}", std::clamp<std::uint64_t>(mega / 8, 25, 200))};
}

std::vector<std::string> mariadb_settings(std::uint64_t memory) {
  const auto mega = memory / mebi;
  return {fmt::format("--innodb-buffer-pool-size={}M", std::max<std::uint64_t>(mega / 2, 16)),
          fmt::format("--max-connections={}", std::clamp<std::uint64_t>(mega / 4, 25, 200))};
}

// A third stays for what is copied while the append-only file is written anew.
std::vector<std::string> redis_settings(std::uint64_t memory) { return {"--maxmemory", fmt::format("{}", memory / 3 * 2)}; }

}  // namespace

std::vector<std::string> tuning(model::ServiceType type, const model::Resources& limits) {
  if (limits.memory_bytes == 0) return {};
  switch (type) {
    case model::ServiceType::postgres: return postgres_settings(limits.memory_bytes);
    case model::ServiceType::mariadb: return mariadb_settings(limits.memory_bytes);
    case model::ServiceType::redis: return redis_settings(limits.memory_bytes);
    case model::ServiceType::media: return {};
  }
  return {};
}

}  // namespace divio::services
