// What comparing two Redis servers takes beside asking them: reading their answers, and summing up.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "services/redis_keys.hpp"

namespace divio::migration::redis {

// Sums of keys, both in hexadecimal: "-" where there is no such key, "?" where it has to be asked again, "~" before one that is not
// over all of the value.
using Sums = std::map<std::string, std::string>;

// What a server says of its keys, and how far it was when it did.
struct SeenKeys {
  std::string cursor;  // to go on with; "0": that was all
  std::uint64_t offset = 0;
  Sums sums;
};

// Of answer_batch, and of answer_still_sums, which has no cursor. failed for what is no answer. Pure.
[[nodiscard]] Result<SeenKeys> parse_batch(std::string_view answer);
[[nodiscard]] Result<SeenKeys> parse_still(std::string_view answer);
[[nodiscard]] Sums parse_sums(std::string_view answer);

using services::redis::KeyCounts;
using services::redis::parse_counts;

// The same for the same keys in any order. Pure.
class KeysSum {
 public:
  void add(std::string_view key, std::string_view sum);
  [[nodiscard]] std::string text() const;

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

// The key as people can read it: what cannot be printed as \xNN, and of a long one its beginning. Pure.
[[nodiscard]] std::string readable_key(std::string_view hexadecimal);

}  // namespace divio::migration::redis
