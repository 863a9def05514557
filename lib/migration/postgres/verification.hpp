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

// Both sides after the same write, while both go on: `from` is written to, `to` follows it in `direction`. Once `to` has caught up,
// writers wait until a marker has arrived: a moment, 0.3 s for a try as a rule, and a second at most, whatever happens to whoever
// asks. Then everything is read once on either side, at the same time, in snapshots of that moment. Without sequences, which do not
// follow; the schema is a hash of what a restore keeps to the letter. No other use has the numbers of markers from `number` on.
//   timed_out  it does not catch up, or within `patience` there was no moment in which no transaction was writing
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
