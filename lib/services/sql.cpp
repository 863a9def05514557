#include "services/sql.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/ids.hpp"

namespace divio::services {
namespace {

constexpr std::size_t longest = 63;  // as PostgreSQL; MariaDB takes 64

bool lower_letter(char c) { return c >= 'a' && c <= 'z'; }
bool name_character(char c) { return lower_letter(c) || (c >= '0' && c <= '9'); }

}  // namespace

Result<SqlName> SqlName::parse(std::string_view text) {
  if (!text.empty() && text.size() <= longest && lower_letter(text.front()) && std::ranges::all_of(text, name_character))
    return SqlName(std::string(text));
  return fail(ErrorCode::invalid, fmt::format("'{}' is not a valid name of a database", text),
              fmt::format("use 1 to {} of a-z and 0-9, beginning with a letter", longest));
}

SqlName database_name(std::string_view catalogue, const model::EnvironmentKey& environment,
                      const model::ServicePrefix& prefix) {
  const auto whose = fmt::format("{}/{}/{}/{}", catalogue, environment.project.str(), environment.environment.str(), prefix.str());
  return SqlName::parse("d" + sha256_hex(whose).substr(0, 24)).value();
}

Result<SqlName> login_name(const SqlName& database, unsigned generation) {
  return SqlName::parse(fmt::format("{}g{}", database.str(), generation));
}

Result<Secret> mariadb_literal(const Secret& text) {
  std::string literal = "'";
  for (const char c : text.reveal()) {
    if (c == '\0')
      return fail(ErrorCode::invalid, "a password holds a NUL character", "use one without, or let divioctl make one");
    if (c == '\'' || c == '\\') literal += c;
    literal += c;
  }
  literal += '\'';
  return Secret(std::move(literal));
}

}  // namespace divio::services
