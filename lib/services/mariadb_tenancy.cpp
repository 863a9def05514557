#include <fmt/format.h>

#include "services/tenancy.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

// What literals stand on, whatever the server's configuration says.
constexpr std::string_view preamble = "SET NAMES utf8mb4;\nSET SESSION sql_mode = 'TRADITIONAL';\n";

// Sets @closed. Nobody closes the database until this session ends, under the lock under which migrations act.
constexpr std::string_view migration_question = R"sql(DELIMITER //
BEGIN NOT ATOMIC
  SET @closed = FALSE, @loading = '';
  IF GET_LOCK('{0}', 60) <> 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a migration is at work on this database'; END IF;
  IF EXISTS (SELECT * FROM information_schema.tables WHERE table_schema = '{0}' AND table_name = 'state') THEN
    EXECUTE IMMEDIATE 'SELECT closed, loading INTO @closed, @loading FROM {0}.state';
  END IF;
  IF @loading <> '' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a migration is copying this database: wait until it has'; END IF;
END//
DELIMITER ;
)sql";

constexpr std::string_view granting = R"sql(DELIMITER //
BEGIN NOT ATOMIC
  IF NOT @closed THEN GRANT ALL PRIVILEGES ON `{database}`.* TO `{database}`@`%`; END IF;
END//
DELIMITER ;
)sql";

}  // namespace

Result<Secret> mariadb_tenant_script(const SqlName& database, std::span<const Secret> passwords,
                                     const TenantLimits& limits) {
  std::string identified;
  for (const auto& password : passwords) {
    DIVIO_TRY(literal, mariadb_literal(password));
    identified += fmt::format("{}mysql_native_password USING PASSWORD({})", identified.empty() ? "" : " OR ", literal.reveal());
  }
  if (identified.empty())
    return fail(ErrorCode::bug, fmt::format("the user of database {} was to have no password", database.str()));
  const auto account =
      fmt::format("`{}`@`%` IDENTIFIED VIA {} WITH MAX_USER_CONNECTIONS {} MAX_STATEMENT_TIME {}", database.str(),
                  identified, limits.connections, limits.statement.count());
  std::string script(preamble);
  script += fmt::format(fmt::runtime(migration_question), mariadb_migration_schema(database));
  script += fmt::format("CREATE DATABASE IF NOT EXISTS `{}` CHARACTER SET utf8mb4;\n", database.str());
  script += fmt::format("CREATE USER IF NOT EXISTS {};\nALTER USER {};\n", account, account);
  script += fmt::format(fmt::runtime(granting), fmt::arg("database", database.str()), fmt::arg("schema", mariadb_migration_schema(database)));
  return Secret(std::move(script));
}

std::string mariadb_migration_schema(const SqlName& database) { return "divio_migration_" + database.str(); }

std::string mariadb_tenant_removal(const SqlName& database) {
  // The user first: nobody writes into what is about to go.
  return fmt::format("DROP USER IF EXISTS `{0}`@`%`;\nDROP DATABASE IF EXISTS `{0}`;\n", database.str());
}

std::string mariadb_emptying(const SqlName& database) {
  return fmt::format("DROP DATABASE IF EXISTS `{0}`;\nCREATE DATABASE `{0}` CHARACTER SET utf8mb4;\n", database.str());
}

}  // namespace divio::services
