// How many keys a Redis has, as it says itself without reading them.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "model/backup.hpp"
#include "services/server.hpp"

namespace divio::services::redis {

struct KeyCounts {
  std::uint64_t keys = 0;
  std::uint64_t expiring = 0;

  friend bool operator==(const KeyCounts&, const KeyCounts&) = default;
};

// By number of the database, of lines "db0:keys=3,expires=1,avg_ttl=0" among others. Pure.
[[nodiscard]] std::map<unsigned, KeyCounts> parse_counts(std::string_view answer);

// Of INFO's sections `server` and `keyspace`: a table for each numbered database with keys that do not expire. Pure.
[[nodiscard]] model::Evidence evidence_of_counts(std::string_view answer);

[[nodiscard]] Result<model::Evidence> count_keys(const Place& place, const Server& server);

}  // namespace divio::services::redis
