#include "migration/postgres/verification.hpp"

#include <fmt/format.h>

#include "migration/numbers.hpp"
#include "services/commands.hpp"
#include "services/evidence.hpp"
#include "services/server_container.hpp"
#include "services/sql.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

using Tables = std::map<std::string, model::TableEvidence>;

// One that gave out nothing yet counts as standing where it begins.
constexpr std::string_view positions = R"(SELECT format('%I.%I', nspname, relname), seqincrement, coalesce(pg_sequence_last_value(seqrelid), seqstart)
  FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid JOIN pg_namespace n ON n.oid = relnamespace
 WHERE nspname !~ '^(pg_|divio_migration_)' ORDER BY 1;
)";

Tables by_name(const model::Evidence& evidence) {
  Tables named;
  for (const auto& table : evidence.tables) named.emplace(table.name, table);
  return named;
}

void compare_tables(const Tables& source, const Tables& target, const std::string& there, std::vector<std::string>& sentences) {
  for (const auto& [name, table] : source) {
    const auto found = target.find(name);
    if (found == target.end())
      sentences.push_back(fmt::format("table {} is not {}", name, there));
    else if (found->second.rows != table.rows)
      sentences.push_back(fmt::format("table {} has {} rows {} instead of {}", name, found->second.rows, there, table.rows));
    else if (found->second.checksum != table.checksum)
      sentences.push_back(fmt::format("table {} has other content {}", name, there));
  }
  for (const auto& [name, table] : target)
    if (!source.contains(name)) sentences.push_back(fmt::format("table {} is {} only", name, there));
}

}  // namespace

Result<Held> look_at_side(const Side& side) {
  Held held;
  DIVIO_ASSIGN(held.evidence, services::look_at_data(side.place, side.server, side.instance));
  DIVIO_TRY(database, services::SqlName::parse(side.instance.database));
  const auto spec = services::administration(side.server, {"psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-U",
                                                           "postgres", "-d", database.str()});
  DIVIO_TRY(answer, services::run_script(side.place, side.server.name, {spec, Secret(std::string(positions)), "read the sequences of " + database.str()}));
  for (const auto& line : split(answer, '\n')) {
    const auto words = split(line, '\t');
    // Of one that counts down, the lower number is the later one.
    if (words.size() == 3) held.sequences[words[0]] = words[1].starts_with('-') ? -number_in<std::int64_t>(words[2]) : number_in<std::int64_t>(words[2]);
  }
  return held;
}

std::vector<std::string> differences(const Held& source, const Held& target, const std::string& there) {
  std::vector<std::string> sentences;
  if (source.evidence.schema != target.evidence.schema)
    sentences.push_back(fmt::format("the schema is another one {} (PostgreSQL {} and {})", there, source.evidence.engine, target.evidence.engine));
  compare_tables(by_name(source.evidence), by_name(target.evidence), there, sentences);
  for (const auto& [name, position] : source.sequences) {
    if (target.sequences.empty()) break;
    const auto found = target.sequences.find(name);
    if (found == target.sequences.end())
      sentences.push_back(fmt::format("sequence {} is not {}", name, there));
    else if (found->second < position)
      sentences.push_back(fmt::format("sequence {} is behind {}", name, there));
  }
  return sentences;
}

}  // namespace divio::migration::postgres
