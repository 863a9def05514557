// Evidence of what an instance holds: counts and checksums that can be compared after a restore.
//
//   PostgreSQL  rows and a checksum of each table, read in the very snapshot that the dump is of, and a hash of the schema
//   MariaDB     the same, counted from the dump as it goes by: mariadb-dump takes no snapshot that others could share
//   Redis       keys that do not expire, as the beginning of the dump says; its end is a checksum that Redis itself checks
#pragma once

#include "model/backup.hpp"
#include "ports/streams.hpp"
#include "services/instance.hpp"

namespace divio::services {

// dump(), uncompressed where the format would compress, with what is evidence of it.
[[nodiscard]] Result<model::Evidence> dump_with_evidence(const Place& place, const Server& server,
                                                         const model::ServiceInstance& instance, const ports::ByteSink& sink);

// Evidence of what an instance holds now.
[[nodiscard]] Result<model::Evidence> look_at_data(const Place& place, const Server& server,
                                                   const model::ServiceInstance& instance);

// What tells whether a copy is whole while requests wait for it: the same, but of Redis the keys that do not expire are counted in each
// numbered database, without a dump.
[[nodiscard]] Result<model::Evidence> look_at_copy(const Place& place, const Server& server, const model::ServiceInstance& instance);

namespace postgres {
// With an empty sink nothing is dumped. `snapshot`: one that another session has exported and keeps open, else a new one.
[[nodiscard]] Result<model::Evidence> dump_in_snapshot(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                                       const ports::ByteSink& sink, std::string_view snapshot = {});
}  // namespace postgres

}  // namespace divio::services
