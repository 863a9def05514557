// Whether both sides hold the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "migration/postgres/moving.hpp"
#include "model/migration.hpp"

namespace divio::migration::postgres {

// Where a sequence stands, and what it is.
struct Sequence {
  std::int64_t last = 0;      // what it gave out last
  bool given_out = true;      // else it has yet to give that out
  std::int64_t increment = 1;
  bool cycles = false;        // it begins anew when it is at its end
  std::string definition = {};

  friend bool operator==(const Sequence&, const Sequence&) = default;
};

// A side's data at one moment: schema, rows and a checksum of each table, and its sequences by name, those of extensions aside.
struct Held {
  model::Evidence evidence;
  std::map<std::string, Sequence> sequences = {};
};

// Both sides after the same write, while both go on: `from` is written to, `to` follows it in `direction`. Once `to` has caught up,
// writers wait until a marker has arrived: a moment, 0.3 s for a try as a rule, and a second at most, whatever happens to whoever
// asks. Then everything is read once on either side, at the same time, in snapshots of that moment; but for sequences, which no
// snapshot holds, and which are read right afterwards. The schema is a hash of what a restore keeps to the letter. No other use has the
// numbers of markers from `number` on.
//   timed_out  it does not catch up, or within `patience` there was no moment in which no transaction was writing
struct HeldByBoth {
  Held from;
  Held to;
};
[[nodiscard]] Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, Direction direction, std::uint64_t number,
                                              std::chrono::milliseconds patience = std::chrono::minutes(1));

// A sentence for each difference, none where `to` holds what `from` holds. Sequences have to be there on both sides, and defined
// alike. Where they stand is compared once `to` has been left for `from`: by as many steps as `ahead` it may be further, for that many are
// set by an attempt to go back which was undone; by more, and `from` will give out numbers again. Nothing can be said of one that cycles.
// Without `ahead` nothing was handed over yet, and sequences stand where they began. `there`: where `to` is, in words. Pure.
[[nodiscard]] std::vector<std::string> differences(const HeldByBoth& both, const std::string& there, std::optional<unsigned> ahead = {});

// Where those stand that both sides have, for a report. Pure.
[[nodiscard]] std::vector<model::ComparedSequence> positions(const HeldByBoth& both);

}  // namespace divio::migration::postgres
