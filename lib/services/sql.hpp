// Names and texts within SQL, so that nothing which is put into a statement can become part of it.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "model/names.hpp"
#include "model/service.hpp"

namespace divio::services {

// The name of a database or of who logs in to it: a-z, then a-z and 0-9, at most 63. It needs no quotes in any dialect, and
// it has no '_', which is a wildcard in MariaDB's GRANT.
class SqlName {
 public:
  [[nodiscard]] static Result<SqlName> parse(std::string_view text);
  [[nodiscard]] const std::string& str() const noexcept { return text_; }

  friend auto operator<=>(const SqlName&, const SqlName&) = default;

 private:
  explicit SqlName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The name of a service instance's database. It tells nothing about whose it is: what a server has to let every tenant
// see, a name by its number for example, shall say nothing either. `catalogue` is the id of the catalogue; the same
// arguments always give the same name, so a lost one is found again.
[[nodiscard]] SqlName database_name(std::string_view catalogue, const model::EnvironmentKey& environment,
                                    const model::ServicePrefix& prefix);

// Who logs in to a database of PostgreSQL. A rotation makes a login of the next generation, which works beside the present
// one until no container uses that any more.
[[nodiscard]] Result<SqlName> login_name(const SqlName& database, unsigned generation);

// A text as a literal of MariaDB, whatever it holds; right while sql_mode lacks NO_BACKSLASH_ESCAPES and the connection
// speaks UTF-8. invalid for one with a NUL.
[[nodiscard]] Result<Secret> mariadb_literal(const Secret& text);

}  // namespace divio::services
