#include "migration/postgres/copying_trouble.hpp"

#include <fmt/format.h>

#include <map>

#include "model/time.hpp"
#include "support/text.hpp"

namespace divio::migration::postgres {
namespace {

constexpr std::chrono::minutes looked_back{1};
constexpr int most_lines = 2000;

// The process that wrote a line of the log, and what it says: "... [123] ERROR:  text".
struct LogLine {
  std::string_view process;
  std::string_view text;
};

LogLine parsed(std::string_view line) {
  const auto open = line.find('[');
  const auto close = line.find("] ", open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return {line.substr(open + 1, close - open - 1), line.substr(close + 2)};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// "t" of `... table "t" has started`; empty for a worker that follows.
std::string_view table_of(std::string_view text) {
  constexpr std::string_view before = ", table \"", after = "\" has started";
  const auto begin = text.find(before);
  const auto end = text.rfind(after);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + before.size()) return {};
  return text.substr(begin + before.size(), end - begin - before.size());
}

}  // namespace

std::string last_failure(std::string_view log, std::string_view subscription) {
  constexpr std::string_view error = "ERROR:";
  const auto named = fmt::format(" worker for subscription \"{}\"", subscription);
  std::map<std::string, std::string, std::less<>> workers;  // by process: the table
  std::string failure;
  for (const auto& raw : split(log, '\n')) {
    const auto line = parsed(raw);
    if (has(line.text, named) && has(line.text, " has started")) workers.insert_or_assign(std::string(line.process), table_of(line.text));
    const auto worker = workers.find(line.process);
    if (worker == workers.end() || !line.text.starts_with(error)) continue;
    const auto said = trim(line.text.substr(error.size()));
    failure = worker->second.empty() ? std::string(said) : fmt::format("table {}: {}", worker->second, said);
    workers.erase(worker);
  }
  return failure;
}

std::string copying_trouble(const Conversation& target) {
  const auto& side = target.side();
  std::string log;
  const auto since = model::to_rfc3339(side.place.clock.now() - looked_back);
  (void)side.place.engine.streams().logs(side.server.name, {.tail = most_lines, .since = since}, [&](ports::Output, std::string_view bytes) { log += bytes; }, side.place.stop);
  return last_failure(log, target.names().forward);
}

}  // namespace divio::migration::postgres
