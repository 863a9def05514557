#include "services/dump_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace divio::services {
namespace {

using model::ServiceType;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  DumpFormat format;
};

constexpr std::array<Signature, 5> signatures{{{0, "PGDMP", DumpFormat::postgres_custom},
                                               {0, "REDIS0", DumpFormat::redis},
                                               {0, "\x1f\x8b", DumpFormat::gzip},
                                               {0, "\x28\xb5\x2f\xfd", DumpFormat::zstd},
                                               {257, "ustar", DumpFormat::postgres_tar}}};

bool fits(ServiceType type, DumpFormat format) {
  switch (format) {
    case DumpFormat::postgres_custom: return type == ServiceType::postgres;
    case DumpFormat::sql: return type == ServiceType::postgres || type == ServiceType::mariadb;
    case DumpFormat::redis: return type == ServiceType::redis;
    default: return false;
  }
}

std::string_view wanted_by(ServiceType type) {
  switch (type) {
    case ServiceType::postgres: return "pg_dump -Fc, and pg_dump in its plain format, make dumps that it takes";
    case ServiceType::mariadb: return "mariadb-dump and mysqldump make dumps that it takes";
    case ServiceType::redis: return "redis-cli --rdb makes dumps that it takes";
    case ServiceType::media: break;
  }
  return "divioctl media push is for files";
}

std::string what_it_is(DumpFormat format) {
  switch (format) {
    case DumpFormat::empty: return "it is empty";
    case DumpFormat::postgres_custom: return "it is PostgreSQL's custom format";
    case DumpFormat::postgres_tar: return "it is a tar archive";
    case DumpFormat::redis: return "it is a dump of Redis";
    case DumpFormat::gzip: return "it is compressed with gzip";
    case DumpFormat::zstd: return "it is compressed with zstd";
    case DumpFormat::sql: return "it is text";
    case DumpFormat::unknown: break;
  }
  return "its beginning is that of no dump";
}

std::string_view way_out(ServiceType type, DumpFormat format) {
  if (format == DumpFormat::gzip) return "take it out: gunzip -c FILE | divioctl data push - ...";
  if (format == DumpFormat::zstd) return "take it out: zstd -dc FILE | divioctl data push - ...";
  return wanted_by(type);
}

}  // namespace

DumpFormat dump_format(std::string_view beginning) noexcept {
  if (beginning.empty()) return DumpFormat::empty;
  for (const auto& [at, bytes, format] : signatures)
    if (beginning.size() >= at + bytes.size() && beginning.substr(at, bytes.size()) == bytes) return format;
  return beginning.find('\0') == std::string_view::npos ? DumpFormat::sql : DumpFormat::unknown;
}

Result<void> check_dump(ServiceType type, std::string_view beginning) {
  const auto format = dump_format(beginning);
  if (fits(type, format)) return {};
  return fail(ErrorCode::invalid, fmt::format("this is no dump for {}: {}", model::product_name(type), what_it_is(format)),
              std::string(way_out(type, format)));
}

std::string_view dump_ending(ServiceType type) noexcept {
  switch (type) {
    case ServiceType::postgres: return "dump";
    case ServiceType::mariadb: return "sql";
    case ServiceType::redis: return "rdb";
    case ServiceType::media: break;
  }
  return "tar";
}

}  // namespace divio::services
