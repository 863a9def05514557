#include "migration/postgres/guard.hpp"

#include <fmt/format.h>

#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

constexpr std::string_view opening =
    R"sh(psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -U postgres -d "$2" -c "SELECT $1.unfence($attempt)")sh";

}  // namespace

std::string guard_end(const Names& names) { return fmt::format("\\! {}\n", guard_removal(names.role)); }

std::string guard_question(const Names& names) { return fmt::format("\\! {}\n", guard_search(names.role)); }

Result<void> guard(Conversation& side, int attempt, const Register& decisions, Decision opens_at, std::chrono::milliseconds deadline) {
  const auto& names = side.names();
  const Guarded guarded{names.role, "database " + names.database, std::string(opening), {names.schema, names.database}};
  return begin_guard(side.side(), guarded, attempt, decisions, opens_at, deadline);
}

Result<void> end_guard(Conversation& side) {
  DIVIO_TRY(answer, side.ask(guard_end(side.names()), "end the guard"));
  return {};
}

}  // namespace divio::migration::postgres
