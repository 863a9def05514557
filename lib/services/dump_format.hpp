// What a dump is, by how it begins. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "divio/result.hpp"
#include "model/service.hpp"

namespace divio::services {

enum class DumpFormat {
  empty,
  postgres_custom,     // pg_dump -Fc
  postgres_tar,        // pg_dump -Ft
  redis,               // RDB
  gzip,
  zstd,
  sql,                 // anything else that is text
  unknown,
};

// How much of a dump is needed to tell.
inline constexpr std::size_t telling_bytes = 512;

// Signatures: PostgreSQL's pg_backup_archiver.c, the ustar header (POSIX pax), https://rdb.fnordig.de/file_format.html,
// RFC 1952, RFC 8878. `beginning` is the first telling_bytes of it, or all where it is shorter.
[[nodiscard]] DumpFormat dump_format(std::string_view beginning) noexcept;

// Whether a dump that begins like this can be restored into a service of the type: invalid, with what to do, where not.
[[nodiscard]] Result<void> check_dump(model::ServiceType type, std::string_view beginning);

// What files with dumps of the type are called by: "dump", "sql", "rdb".
[[nodiscard]] std::string_view dump_ending(model::ServiceType type) noexcept;

}  // namespace divio::services
