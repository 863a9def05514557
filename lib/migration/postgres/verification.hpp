// Whether both sides hold the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "migration/postgres/moving.hpp"
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

// Both sides after the same write, while both go on: `from` is written to, `to` follows it in `direction`. Writers wait until
// marker `number`, which no other use has, has arrived; that is a moment, and 0.3 s at most for each try. Then everything is read
// once on either side, at the same time, in snapshots of that moment. Without sequences, which do not follow.
//   timed_out  within `patience` there was no moment in which no transaction was writing, or the marker did not arrive
struct HeldByBoth {
  Held from;
  Held to;
};
[[nodiscard]] Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, Direction direction, std::uint64_t number,
                                              std::chrono::milliseconds patience = std::chrono::minutes(1));

// A sentence for each difference, none where the target holds what the source holds. Sequences have to be as far at least;
// with none given for the target they have not been copied yet. `there`: where the target is, in words. Pure.
[[nodiscard]] std::vector<std::string> differences(const Held& source, const Held& target, const std::string& there = "on the target");

}  // namespace divio::migration::postgres
