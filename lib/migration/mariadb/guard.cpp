#include "migration/mariadb/guard.hpp"

#include <fmt/format.h>

#include "support/try.hpp"

namespace divio::migration::mariadb {
namespace {

constexpr std::string_view opening =
    R"sh(mariadb --batch --user=root --init-command='SET SESSION sql_log_bin = 0' -e "CALL $1.acquire('$2'); CALL $1.open_side($attempt)" >/dev/null)sh";

}  // namespace

Result<void> guard(Conversation& side, int attempt, const Register& decisions, planning::Decision opens_at, std::chrono::milliseconds deadline) {
  const auto& names = side.names();
  const Guarded guarded{names.schema, "database " + names.database, std::string(opening), {names.schema, names.migration}};
  return begin_guard(side.side(), guarded, attempt, decisions, opens_at, deadline);
}

Result<void> end_guard(Conversation& side) {
  DIVIO_TRY(answer, side.ask("\\! " + guard_removal(side.names().schema), "end the guard"));
  return {};
}

}  // namespace divio::migration::mariadb
