#include "services/redis_keys.hpp"

#include <fmt/format.h>

#include <charconv>

#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::services::redis {
namespace {

template <class Number>
Number count_in(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::map<unsigned, KeyCounts> parse_counts(std::string_view answer) {
  std::map<unsigned, KeyCounts> found;
  for (const auto& text : split(answer, '\n')) {
    const auto line = trim(text);
    const auto keys = line.find(":keys=");
    const auto expires = line.find(",expires=");
    if (!line.starts_with("db") || keys == std::string_view::npos || expires == std::string_view::npos) continue;
    found[count_in<unsigned>(line.substr(2))] = {count_in<std::uint64_t>(line.substr(keys + 6)), count_in<std::uint64_t>(line.substr(expires + 9))};
  }
  return found;
}

model::Evidence evidence_of_counts(std::string_view answer) {
  constexpr std::string_view version = "redis_version:";
  model::Evidence evidence;
  for (const auto& line : split(answer, '\n'))
    if (line.starts_with(version)) evidence.engine = trim(std::string_view(line).substr(version.size()));
  for (const auto& [number, counts] : parse_counts(answer))
    if (counts.keys > counts.expiring) evidence.tables.push_back({fmt::format("db{}", number), counts.keys - counts.expiring, {}});
  return evidence;
}

Result<model::Evidence> count_keys(const Place& place, const Server& server) {
  const Script script{administration(server, {"redis-cli", "--user", "divio"}), Secret("INFO server\nINFO keyspace\n"), fmt::format("count the keys of '{}'", server.name)};
  DIVIO_TRY(answer, run_script(place, server.name, script));
  auto evidence = evidence_of_counts(answer);
  if (evidence.engine.empty()) return fail(ErrorCode::failed, fmt::format("cannot count the keys of '{}'", server.name), std::string(trim(answer)).substr(0, 200));
  return evidence;
}

}  // namespace divio::services::redis
