#include "migration/postgres/side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "services/sql.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

constexpr std::size_t longest_id = 24;
constexpr std::size_t enough_of_database = 12;  // names end at 63 characters

bool fits(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

}  // namespace

Result<Names> names_of(std::string_view migration, const model::ServiceInstance& instance) {
  if (migration.empty() || migration.size() > longest_id || !std::ranges::all_of(migration, fits))
    return fail(ErrorCode::invalid, fmt::format("'{}' is not the id of a migration", migration),
                fmt::format("use 1 to {} of a-z, 0-9 and '-'", longest_id));
  DIVIO_TRY(database, services::SqlName::parse(instance.database));
  DIVIO_TRY(login, services::SqlName::parse(instance.role));
  std::string id(migration);
  std::ranges::replace(id, '-', '_');
  const auto stem = fmt::format("divio_{}_{}", id, database.str().substr(0, enough_of_database));
  return Names{database.str(), login.str(), fmt::format("{}{}", schema_prefix, id), stem, stem + "_f", stem + "_b"};
}

std::string named(std::string_view text, const Names& names) {
  const std::array<std::pair<std::string_view, const std::string*>, 6> words{{{"{database}", &names.database},
                                                                              {"{login}", &names.login},
                                                                              {"{schema}", &names.schema},
                                                                              {"{role}", &names.role},
                                                                              {"{forward}", &names.forward},
                                                                              {"{backward}", &names.backward}}};
  std::string filled(text);
  for (const auto& [word, name] : words)
    for (auto at = filled.find(word); at != std::string::npos; at = filled.find(word, at + name->size()))
      filled.replace(at, word.size(), *name);
  return filled;
}

}  // namespace divio::migration::postgres
