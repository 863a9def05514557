#include "migration/redis/one_moment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {
namespace {

using namespace std::chrono_literals;

constexpr auto for_the_rest = 200ms;  // of the time for which writers wait; what is left is for arriving

// Lets writers go on. Whether it is sure that none had before: where hosts are busy, the server may not wait for as long as it takes.
// It also gets further by words of its own to its replicas.
Result<bool> go_on(Conversation& from, std::uint64_t offset) {
  DIVIO_TRY(answer, from.ask("go_on", "let writers go on"));
  DIVIO_TRY(seen, parse_still(answer));
  return seen.offset == offset;
}

Failure written_meanwhile() {
  return fail(ErrorCode::timed_out, "keys were written while both sides were compared, which are too slow for that now", "run this again");
}

}  // namespace

Result<Sums> sums_at(Conversation& side, unsigned database, std::uint64_t offset, const Keys& keys, std::chrono::milliseconds patience) {
  DIVIO_TRY(answer, side.ask(fmt::format("sums {} {} {} {}", database, offset, patience.count(), join(keys, " ")), "read keys", patience + 1min));
  return parse_sums(answer);
}

KeysOfBoth sums_of_both(const Keys& keys, const Sums& from, const Sums& to) {
  const auto sum = [](const Sums& sums, const std::string& key) {
    const auto found = sums.find(key);
    return found == sums.end() ? std::string() : found->second;
  };
  KeysOfBoth both;
  for (const auto& key : keys) both[key] = {sum(from, key), sum(to, key)};
  return both;
}

Result<KeysOfBoth> keys_at_one_moment(Conversation& from, Conversation& to, unsigned database, const Keys& keys, std::chrono::milliseconds still) {
  DIVIO_TRY(answer, from.ask(fmt::format("still_sums {} {} {}", still.count(), database, join(keys, " ")), "read keys"));
  DIVIO_TRY(seen, parse_still(answer));
  const auto there = sums_at(to, database, seen.offset, keys, still - for_the_rest);
  DIVIO_TRY(was_still, go_on(from, seen.offset));
  if (!there) return Failure(there.error());
  auto both = sums_of_both(keys, seen.sums, *there);
  if (was_still) return both;
  Keys differing;
  for (const auto& [key, sums] : both)
    if (sums.from != sums.to && sums.from != "?" && sums.to != "?") differing.push_back(key);
  if (differing.empty()) return both;
  // What is here as it was before the other side was asked was so meanwhile.
  DIVIO_TRY(afterwards, from.ask(fmt::format("sums_now {} {}", database, join(differing, " ")), "read keys"));
  DIVIO_TRY(now, parse_still(afterwards));
  const bool stayed = std::ranges::all_of(differing, [&](const auto& key) { return now.sums[key] == both.at(key).from; });
  return stayed ? Result<KeysOfBoth>(std::move(both)) : written_meanwhile();
}

Result<CountsOfBoth> counts_at_one_moment(Conversation& from, Conversation& to, std::chrono::milliseconds still) {
  DIVIO_TRY(counted, from.ask(fmt::format("still_counts {}", still.count()), "count keys"));
  DIVIO_TRY(seen, parse_still(counted));
  const auto there = to.ask(fmt::format("counts {} {}", seen.offset, (still - for_the_rest).count()), "count keys");
  DIVIO_TRY(was_still, go_on(from, seen.offset));
  if (!there) return Failure(there.error());
  CountsOfBoth both{parse_counts(counted), parse_counts(*there)};
  if (was_still || both.from == both.to) return both;
  DIVIO_TRY(afterwards, from.ask("counts 0 0", "count keys"));
  return parse_counts(afterwards) == both.from ? Result<CountsOfBoth>(std::move(both)) : written_meanwhile();
}

}  // namespace divio::migration::redis
