// What both sides of a Redis that is written to hold at one moment: writers wait while they are asked.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "migration/redis/comparing.hpp"
#include "migration/redis/conversation.hpp"

namespace divio::migration::redis {

using Keys = std::vector<std::string>;  // in hexadecimal

struct KeySums {
  std::string from;
  std::string to;
};
using KeysOfBoth = std::map<std::string, KeySums>;

using Counts = std::map<unsigned, KeyCounts>;
struct CountsOfBoth {
  Counts from;
  Counts to;
};

// For how long writers may wait, from one try to the next: less where both sides are asked sooner.
inline constexpr std::array<std::chrono::milliseconds, 4> stills{std::chrono::milliseconds(500), std::chrono::milliseconds(1000), std::chrono::milliseconds(2000),
                                                                 std::chrono::milliseconds(2000)};

// A side's sums once it is at `offset`, which it has to be within `patience`; else timed_out.
[[nodiscard]] Result<Sums> sums_at(Conversation& side, unsigned database, std::uint64_t offset, const Keys& keys, std::chrono::milliseconds patience);
// Pure.
[[nodiscard]] KeysOfBoth sums_of_both(const Keys& keys, const Sums& from, const Sums& to);

// timed_out where that took longer than writers could be made to wait, and both sides seem to differ.
[[nodiscard]] Result<KeysOfBoth> keys_at_one_moment(Conversation& from, Conversation& to, unsigned database, const Keys& keys, std::chrono::milliseconds still);
[[nodiscard]] Result<CountsOfBoth> counts_at_one_moment(Conversation& from, Conversation& to, std::chrono::milliseconds still);

}  // namespace divio::migration::redis
