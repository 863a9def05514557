// Whether both sides hold the same.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "migration/redis/moving.hpp"
#include "model/backup.hpp"

namespace divio::migration::redis {

// What both sides hold, each numbered database as a table "db0" with its keys and a sum over them, and the functions as the
// schema; and a sentence for each difference.
struct HeldByBoth {
  model::Evidence from;
  model::Evidence to;
  std::vector<std::string> differences;
  std::uint64_t sampled = 0;  // keys that are too large to be read at once
};

// Compares them while both go on: `from` is written to, `to` follows it. Each key is the same at one moment of its own: it is read
// on `from`, and on `to` once that has got as far. What differs is read again, for it may have changed in between; what still
// differs, and the numbers of keys, are read while writers wait: for half a second at the most, whatever happens to whoever
// asks, and for up to two seconds in another try where the hosts are too busy for that. What was written in spite of it is no difference.
//
// Of a key are compared its type, all of its value, and when it expires; of streams their groups too. Of one with more than 5000
// elements, or of more than a megabyte, are compared the number of elements or bytes, and both ends where it has ends. At most
// some ten thousand elements are read at once, for the server does nothing else meanwhile. Reading a key makes it one that was
// used lately, for whom the server chooses what makes room by that. Of the differences twenty are named.
//   conflict   `to` does not follow `from`
//   timed_out  it does not get as far as `from` within `patience`, or both are too slow to be seen at one moment
[[nodiscard]] Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, std::chrono::milliseconds patience = std::chrono::minutes(1),
                                              const std::string& there = "on the target");

}  // namespace divio::migration::redis
