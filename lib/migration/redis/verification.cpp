#include "migration/redis/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "migration/redis/one_moment.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t in_one_question = 500;
constexpr std::size_t most_named = 20;
constexpr int looks_again = 4;
constexpr auto between_looks = 150ms;

Keys first_of(const Keys& keys, std::size_t from) {
  const auto end = std::min(keys.size(), from + in_one_question);
  return {keys.begin() + static_cast<std::ptrdiff_t>(std::min(from, end)), keys.begin() + static_cast<std::ptrdiff_t>(end)};
}

// Both sides of a comparison, and what is known of them so far.
class Comparison {
 public:
  Comparison(Conversation& from, Conversation& to, std::chrono::milliseconds patience, const std::string& there)
      : from_(from), to_(to), patience_(patience), there_(there) {}

  Result<HeldByBoth> run();

 private:
  Result<void> check_following();
  Result<void> compare_functions();
  static Result<void> for_each_batch(Conversation& side, unsigned database, const std::function<Result<void>(const SeenKeys&)>& act);
  Result<void> compare_database(unsigned database);
  Result<void> compare_counts(std::set<unsigned>& databases);
  Result<void> find_extra(unsigned database);
  // Everything that is the same is summed up; the rest is given back.
  Result<Keys> take(unsigned database, const SeenKeys& seen);
  Result<KeysOfBoth> ask_both(unsigned database, const Keys& keys);
  Result<Keys> look_again(unsigned database, Keys keys);
  Result<void> settle(unsigned database, Keys keys);
  Result<Keys> look_still(unsigned database, const Keys& keys, std::size_t time);
  Result<CountsOfBoth> count_still();
  Result<void> rest();
  void agree(unsigned database, const std::string& key, const std::string& sum);
  void differ(unsigned database, const std::string& key, const KeySums& pair);

  Conversation& from_;
  Conversation& to_;
  std::chrono::milliseconds patience_;
  const std::string& there_;
  std::map<unsigned, KeysSum> sums_from_;
  std::map<unsigned, KeysSum> sums_to_;
  std::set<std::pair<unsigned, std::string>> different_;
  HeldByBoth held_;
};

void Comparison::agree(unsigned database, const std::string& key, const std::string& sum) {
  if (sum == "-") return;
  if (sum.starts_with('~')) ++held_.sampled;
  sums_from_[database].add(key, sum);
  sums_to_[database].add(key, sum);
}

void Comparison::differ(unsigned database, const std::string& key, const KeySums& pair) {
  if (!different_.emplace(database, key).second) return;
  if (pair.from != "-") sums_from_[database].add(key, pair.from);
  if (pair.to != "-") sums_to_[database].add(key, pair.to);
  if (different_.size() > most_named) return;
  const auto name = fmt::format("key {} of db{}", readable_key(key), database);
  if (pair.to == "-") held_.differences.push_back(fmt::format("{} is not {}", name, there_));
  else if (pair.from == "-") held_.differences.push_back(fmt::format("{} is {} only", name, there_));
  else held_.differences.push_back(fmt::format("{} has another value {}", name, there_));
}

Result<void> Comparison::rest() {
  const auto& place = from_.side().place;
  if (place.clock.sleep(between_looks, place.stop)) return {};
  return fail(ErrorCode::cancelled, "the comparison was broken off", "run this again");
}

Result<void> Comparison::check_following() {
  DIVIO_TRY(here, standing(from_));
  DIVIO_TRY(there, standing(to_));
  if (there.follows.empty() || there.stream != planning::Stream::following || there.history != here.history)
    return fail(ErrorCode::conflict, fmt::format("server '{}' cannot be compared: the other one does not follow it", from_.side().server.name), "let it follow first");
  return {};
}

Result<KeysOfBoth> Comparison::ask_both(unsigned database, const Keys& keys) {
  DIVIO_TRY(answer, from_.ask(fmt::format("sums_now {} {}", database, join(keys, " ")), "read keys"));
  DIVIO_TRY(seen, parse_still(answer));
  DIVIO_TRY(there, sums_at(to_, database, seen.offset, keys, patience_));
  return sums_of_both(keys, seen.sums, there);
}

Result<Keys> Comparison::take(unsigned database, const SeenKeys& seen) {
  Keys asked;
  Keys again;
  for (const auto& [key, sum] : seen.sums) (sum == "?" ? again : asked).push_back(key);
  for (std::size_t at = 0; at < asked.size(); at += in_one_question) {
    const auto part = first_of(asked, at);
    DIVIO_TRY(there, sums_at(to_, database, seen.offset, part, patience_));
    for (const auto& key : part) {
      if (there[key] == seen.sums.at(key)) agree(database, key, there[key]);
      else again.push_back(key);
    }
  }
  return again;
}

// What is too much for once gets its turn, as long as there is one each time that is not.
Result<Keys> Comparison::look_again(unsigned database, Keys keys) {
  Keys still_different;
  while (!keys.empty()) {
    const auto part = first_of(keys, 0);
    keys.erase(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(part.size()));
    DIVIO_TRY(pairs, ask_both(database, part));
    for (const auto& [key, pair] : pairs) {
      if (pair.from == "?" || pair.to == "?") keys.push_back(key);
      else if (pair.from == pair.to) agree(database, key, pair.from);
      else still_different.push_back(key);
    }
  }
  return still_different;
}

// One look while writers wait; what takes too long is another try.
Result<Keys> Comparison::look_still(unsigned database, const Keys& keys, std::size_t time) {
  const bool last = time + 1 >= stills.size();
  auto pairs = keys_at_one_moment(from_, to_, database, keys, last ? stills.back() : stills.at(time));
  if (!pairs && pairs.error().code == ErrorCode::timed_out && !last) return keys;
  DIVIO_CHECK(pairs);
  Keys left;
  for (const auto& [key, pair] : *pairs) {
    if (pair.from == pair.to && pair.from != "?") agree(database, key, pair.from);
    else if (last && pair.from != "?" && pair.to != "?") differ(database, key, pair);
    else left.push_back(key);
  }
  return left;
}

// Keys that change all the time are seen at last while writers wait.
Result<void> Comparison::settle(unsigned database, Keys keys) {
  for (int time = 0; time < looks_again && !keys.empty(); ++time) {
    if (time > 0) DIVIO_CHECK(rest());
    DIVIO_ASSIGN(keys, look_again(database, std::move(keys)));
  }
  for (std::size_t at = 0; at < keys.size() && different_.size() <= most_named; at += in_one_question) {
    auto part = first_of(keys, at);
    for (std::size_t time = 0; !part.empty(); ++time) {
      if (time > 0) DIVIO_CHECK(rest());
      DIVIO_ASSIGN(part, look_still(database, part, time));
    }
  }
  return {};
}

Result<void> Comparison::for_each_batch(Conversation& side, unsigned database, const std::function<Result<void>(const SeenKeys&)>& act) {
  std::string cursor = "0";
  do {
    DIVIO_TRY(answer, side.ask(fmt::format("batch {} {}", database, cursor), "read keys"));
    DIVIO_TRY(seen, parse_batch(answer));
    DIVIO_CHECK(act(seen));
    cursor = seen.cursor;
  } while (cursor != "0");
  return {};
}

Result<void> Comparison::compare_database(unsigned database) {
  Keys again;
  DIVIO_CHECK(for_each_batch(from_, database, [&](const SeenKeys& seen) -> Result<void> {
    // While a table grows or shrinks some keys are seen twice (https://redis.io/docs/latest/commands/scan/).
    DIVIO_TRY(differing, take(database, seen));
    again.insert(again.end(), differing.begin(), differing.end());
    return {};
  }));
  return settle(database, std::move(again));
}

// Keys that only the other side has.
Result<void> Comparison::find_extra(unsigned database) {
  Keys candidates;
  DIVIO_CHECK(for_each_batch(to_, database, [&](const SeenKeys& seen) -> Result<void> {
    Keys keys;
    for (const auto& [key, sum] : seen.sums) keys.push_back(key);
    for (std::size_t at = 0; at < keys.size(); at += in_one_question) {
      const auto part = first_of(keys, at);
      DIVIO_TRY(here, from_.ask(fmt::format("sums_now {} {}", database, join(part, " ")), "read keys"));
      DIVIO_TRY(found, parse_still(here));
      for (const auto& key : part)
        if (found.sums[key] == "-") candidates.push_back(key);
    }
    return {};
  }));
  return settle(database, std::move(candidates));
}

Result<CountsOfBoth> Comparison::count_still() {
  for (std::size_t time = 0;; ++time) {
    const bool last = time + 1 == stills.size();
    auto counted = counts_at_one_moment(from_, to_, stills.at(time));
    const bool is_too_slow = !counted && counted.error().code == ErrorCode::timed_out;
    if (last || (!counted && !is_too_slow) || (counted && counted->from == counted->to)) return counted;
    DIVIO_CHECK(rest());
  }
}

Result<void> Comparison::compare_counts(std::set<unsigned>& databases) {
  DIVIO_TRY(counted, count_still());
  auto& [here, there] = counted;
  for (const auto& [database, count] : here) databases.insert(database);
  for (const auto& [database, count] : there) databases.insert(database);
  for (const auto database : databases) {
    const auto& one = here[database];
    const auto& other = there[database];
    if (other.keys > one.keys) DIVIO_CHECK(find_extra(database));
    if (other.keys != one.keys)
      held_.differences.push_back(fmt::format("db{} has {} keys {} instead of {}", database, other.keys, there_, one.keys));
    else if (other.expiring != one.expiring)
      held_.differences.push_back(fmt::format("db{} has {} keys that expire {} instead of {}", database, other.expiring, there_, one.expiring));
    held_.from.tables.push_back({fmt::format("db{}", database), one.keys, sums_from_[database].text()});
    held_.to.tables.push_back({fmt::format("db{}", database), other.keys, sums_to_[database].text()});
  }
  return {};
}

Result<void> Comparison::compare_functions() {
  for (auto [side, evidence] : {std::pair{&from_, &held_.from}, std::pair{&to_, &held_.to}}) {
    DIVIO_TRY(answer, side->ask("functions", "read the functions"));
    const auto lines = split(trim(answer), '\n');
    if (lines.size() != 2) return fail(ErrorCode::failed, "the server gave no answer about its functions", "run this again");
    evidence->engine = lines[0];
    evidence->schema = lines[1];
  }
  if (held_.from.schema != held_.to.schema) held_.differences.push_back(fmt::format("the functions are others {}", there_));
  return {};
}

Result<HeldByBoth> Comparison::run() {
  DIVIO_CHECK(check_following());
  DIVIO_CHECK(compare_functions());
  DIVIO_TRY(listed, from_.ask("counts 0 0", "count keys"));
  std::set<unsigned> databases;
  for (const auto& [database, count] : parse_counts(listed)) databases.insert(database);
  for (const auto database : databases) DIVIO_CHECK(compare_database(database));
  DIVIO_CHECK(compare_counts(databases));
  if (different_.size() > most_named) held_.differences.push_back("and there are more keys of that kind");
  return std::move(held_);
}

}  // namespace

Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, std::chrono::milliseconds patience, const std::string& there) {
  return Comparison(from, to, patience, there).run();
}

}  // namespace divio::migration::redis
