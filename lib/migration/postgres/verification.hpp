// Whether both sides hold the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "migration/postgres/side.hpp"
#include "model/backup.hpp"

namespace divio::migration::postgres {

// A side's data at one moment: schema, rows and a checksum of each table, and what each sequence gives out next at the
// earliest.
struct Held {
  model::Evidence evidence;
  std::map<std::string, std::int64_t> sequences;
};

// Reads everything once. Two sides can only be the same while nobody writes and all has arrived.
[[nodiscard]] Result<Held> look_at_side(const Side& side);

// A sentence for each difference, none where the target holds what the source holds. Sequences have to be as far at least;
// with none given for the target they have not been copied yet. Pure.
[[nodiscard]] std::vector<std::string> differences(const Held& source, const Held& target);

}  // namespace divio::migration::postgres
