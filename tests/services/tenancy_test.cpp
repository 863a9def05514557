#include "services/tenancy.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace divio;
using namespace divio::services;

namespace {

const std::string salt = "0123456789abcdef";

SqlName name(const char* text) { return SqlName::parse(text).value(); }

bool in_order(const std::string& script, const std::string& first, const std::string& second) {
  const auto at = script.find(first);
  return at != std::string::npos && script.find(second, at) != std::string::npos && script.find(second) > at;
}

}  // namespace

TEST_CASE("a tenant of PostgreSQL is confined before anybody may connect to it") {
  const auto script = postgres_tenant_script(name("d1"));
  CHECK(in_order(script, "CREATE DATABASE d1 OWNER d1 TEMPLATE template0 ENCODING ''UTF8'' CONNECTION LIMIT 0",
                 "REVOKE ALL ON DATABASE d1 FROM PUBLIC;"));
  CHECK(in_order(script, "REVOKE ALL ON DATABASE d1 FROM PUBLIC;", "\\connect d1"));
  CHECK(in_order(script, "\\connect d1", "REVOKE ALL ON pg_catalog.%I FROM PUBLIC"));
  CHECK(script.ends_with("ALTER DATABASE d1 CONNECTION LIMIT -1;\n"));
}

TEST_CASE("a login of PostgreSQL can be used only when all its limits hold, and its password is never sent") {
  const TenantLimits limits{.connections = 7};
  const auto script = postgres_login_script(name("d1"), name("d1g2"), Secret("correct horse"), salt, limits);
  REQUIRE(script);
  const auto& text = script->reveal();
  CHECK(text.find("correct horse") == std::string::npos);
  for (const char* setting : {"SET role = 'd1'", "SET statement_timeout = '300s'", "SET lock_timeout = '60s'",
                              "SET idle_in_transaction_session_timeout = '300s'", "SET temp_file_limit = '2048MB'"})
    CHECK(in_order(text, std::string("ALTER ROLE d1g2 ") + setting, " LOGIN INHERIT NOSUPERUSER"));
  CHECK(text.find("CONNECTION LIMIT 7 PASSWORD 'SCRAM-SHA-256$") != std::string::npos);
  CHECK(text.find(" LOGIN") == text.rfind(" LOGIN"));
}

TEST_CASE("a password that PostgreSQL might read otherwise than a client is refused, and not shown") {
  for (const char* bad : {"", "ümlaut", "tab\there"}) {
    const auto script = postgres_login_script(name("d1"), name("d1g1"), Secret(bad), salt, {});
    REQUIRE_FALSE(script);
    CHECK(script.error().code == ErrorCode::invalid);
    if (*bad != '\0') CHECK(script.error().message.find(bad) == std::string::npos);
  }
}

TEST_CASE("what goes from PostgreSQL goes in an order in which it can be tried again") {
  const auto login = postgres_login_removal(name("d1"), name("d1g1"));
  CHECK(in_order(login, "NOLOGIN", "pg_terminate_backend"));
  CHECK(in_order(login, "REASSIGN OWNED BY d1g1 TO d1", "DROP ROLE IF EXISTS d1g1"));
  const auto tenant = postgres_tenant_removal(name("d1"));
  CHECK(in_order(tenant, "DROP DATABASE IF EXISTS d1 WITH (FORCE)", "DROP ROLE %I"));
  CHECK(in_order(tenant, "DROP ROLE %I", "DROP ROLE IF EXISTS d1;"));
}

TEST_CASE("a tenant of MariaDB has its limits and password from the start, and rights in its database alone") {
  const std::array passwords{Secret("new'1"), Secret("old\\1")};
  const auto script = mariadb_tenant_script(name("d1"), passwords, {});
  REQUIRE(script);
  const auto& text = script->reveal();
  CHECK(text.starts_with("SET NAMES utf8mb4;\nSET SESSION sql_mode = 'TRADITIONAL';\n"));
  const std::string account =
      "USER IF NOT EXISTS `d1`@`%` IDENTIFIED VIA mysql_native_password USING PASSWORD('new''1') OR "
      "mysql_native_password USING PASSWORD('old\\\\1') WITH MAX_USER_CONNECTIONS 20 MAX_STATEMENT_TIME 300;";
  CHECK(text.find(account) != std::string::npos);
  CHECK(text.find("IF NOT @closed THEN GRANT ALL PRIVILEGES ON `d1`.* TO `d1`@`%`; END IF;") != std::string::npos);
  CHECK(in_order(text, "GET_LOCK('divio_migration_d1', 60)", "ALTER USER"));  // no migration closes it meanwhile
  CHECK_FALSE(mariadb_tenant_script(name("d1"), {}, {}));
  CHECK(mariadb_tenant_removal(name("d1")) == "DROP USER IF EXISTS `d1`@`%`;\nDROP DATABASE IF EXISTS `d1`;\n");
}
