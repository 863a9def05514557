// Whether both sides hold the same.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "migration/mariadb/moving.hpp"
#include "model/backup.hpp"

namespace divio::migration::mariadb {

// What both sides hold: rows and a sum over their content for each table, and a hash of the schema; and a sentence for each difference.
struct HeldByBoth {
  model::Evidence from;
  model::Evidence to;
  std::vector<std::string> differences;
};

// Compares them at one moment while both go on: `from` is written to, `to` follows it. Nobody waits but `to`, which applies up to the
// moment of which `from` is read, is read there, and goes on.
//   conflict   `to` does not follow `from`
//   timed_out  it does not get as far within `patience`
//   failed     a table's definition was changed meanwhile, for example
[[nodiscard]] Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, std::chrono::milliseconds patience, const std::string& there);

}  // namespace divio::migration::mariadb
