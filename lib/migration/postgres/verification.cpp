#include "migration/postgres/verification.hpp"

#include <fmt/format.h>

#include "migration/evidence_difference.hpp"
#include "migration/numbers.hpp"
#include "services/commands.hpp"
#include "services/evidence.hpp"
#include "services/server_container.hpp"
#include "services/sql.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

// One that gave out nothing yet counts as standing where it begins.
constexpr std::string_view positions = R"(SELECT format('%I.%I', nspname, relname), seqincrement, coalesce(pg_sequence_last_value(seqrelid), seqstart)
  FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid JOIN pg_namespace n ON n.oid = relnamespace
 WHERE nspname !~ '^(pg_|divio_migration_)' ORDER BY 1;
)";

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
  auto sentences = migration::differences(source.evidence, target.evidence, "PostgreSQL", there);
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
