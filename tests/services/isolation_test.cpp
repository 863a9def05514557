// One tenant of a shared server, with its own credentials and from its own container, against another.
#include <fmt/format.h>

#include <chrono>
#include <tuple>

#include "services/real_servers.hpp"

using namespace divio;
using namespace divio::test;
using model::ServiceType;

namespace {

// Two tenants on one server, each with a client in a network of its own, and a secret in the second one's database.
struct Tenants {
  explicit Tenants(ServiceType type)
      : server(servers.server(type)),
        one(servers.tenant(server, "one")),
        other(servers.tenant(server, "other")),
        in_one(servers.client(server, "net-one", 0)),
        in_other(servers.client(server, "net-other", 1)) {
    const auto said = servers.query(in_other, other, "CREATE TABLE vault (word varchar(40)); INSERT INTO vault VALUES ('sesame');\n");
    CAPTURE(said.err);
    REQUIRE(said.code == 0);
  }
  RealServers::Said ask(const std::string& statements) { return servers.query(in_one, one, statements); }

  // Nothing of the other tenant is in what the attempt gives, whether it was refused or not.
  void check_hidden(const std::string& statements) {
    CAPTURE(statements);
    const auto said = ask(statements);
    CHECK(said.out.find(other.database) == std::string::npos);
    CHECK(said.out.find("sesame") == std::string::npos);
  }
  void check_refused(const std::string& statements) {
    CAPTURE(statements);
    CHECK(ask(statements).code != 0);
    check_hidden(statements);
  }

  RealServers servers;
  const services::Server& server;
  model::ServiceInstance one;
  model::ServiceInstance other;
  RealServers::Client in_one;
  RealServers::Client in_other;
};

// The other's database with one's own login, and the other's login with one's own password.
void check_no_way_in(Tenants& tenants, const std::vector<std::string>& own_databases) {
  auto intruder = tenants.one;
  for (const auto& database : own_databases) {
    intruder.database = database;
    CAPTURE(database);
    CHECK(tenants.servers.query(tenants.in_one, intruder, "SELECT 1;\n").code != 0);
  }
  intruder = tenants.other;
  for (const auto& password : {tenants.one.password, Secret(""), Secret(tenants.other.role)}) {
    intruder.password = password;
    CHECK(tenants.servers.query(tenants.in_one, intruder, "SELECT 1;\n").code != 0);
  }
}

// A container of one tenant reaches the server, and nothing of another tenant's network.
void check_networks(Tenants& tenants) {
  const auto other = tenants.servers.ground().containers().inspect(tenants.in_other.container);
  const auto server = tenants.servers.ground().containers().inspect(tenants.server.name);
  REQUIRE_OK(other);
  REQUIRE_OK(server);
  const auto port = tenants.server.type == ServiceType::postgres ? 5432 : 3306;
  const auto reaches = [&](const std::string& host) {
    const auto words = fmt::format("timeout 2 bash -c 'exec 3<>/dev/tcp/{}/{}'", host, port);
    return tenants.servers.run(tenants.in_one.container, {"sh", "-c", words}).code == 0;
  };
  CHECK(reaches("db"));
  CHECK_FALSE(reaches(server->addresses.at(tenants.in_other.network)));
  CHECK_FALSE(reaches(tenants.in_other.container));
  const auto heard = tenants.servers.run(
      tenants.in_one.container,
      {"sh", "-c", fmt::format("timeout 2 bash -c 'exec 3<>/dev/tcp/{}/{}' 2>&1; echo $?", other->addresses.at(tenants.in_other.network), port)});
  CHECK(heard.out.find("refused") == std::string::npos);  // no answer at all: the network is closed, not the port
}

// The tenant's client with one statement, for a shell in its container.
std::string client_command(const Tenants& tenants, const std::string& statement) {
  const auto& [role, database] = std::tie(tenants.one.role, tenants.one.database);
  return tenants.server.type == ServiceType::postgres ? fmt::format("psql -X -q -v ON_ERROR_STOP=1 -h db -U {} {} -c \"{}\"", role, database, statement)
                                                      : fmt::format("mariadb -h db -u {} {} -e \"{}\"", role, database, statement);
}

RealServers::Said run_as_tenant(Tenants& tenants, const std::string& script) {
  const auto variable = tenants.server.type == ServiceType::postgres ? "PGPASSWORD" : "MYSQL_PWD";
  return tenants.servers.run(tenants.in_one.container, {"sh", "-c", script}, {}, {{variable, {tenants.one.password, true}}});
}

}  // namespace

TEST_CASE("a tenant of PostgreSQL neither lists, reads nor connects to another's database") {
  Tenants tenants(ServiceType::postgres);
  CHECK(tenants.ask("CREATE TABLE mine (); SELECT count(*) FROM mine; DROP TABLE mine;\n").code == 0);
  check_no_way_in(tenants, {tenants.other.database, "postgres", "template1", "template0"});
  const auto& other = tenants.other.database;
  for (const char* list : {"pg_database", "pg_roles", "pg_user", "pg_authid", "pg_shadow", "pg_stat_activity", "pg_stat_database",
                           "pg_auth_members", "pg_db_role_setting", "pg_shdepend", "pg_stat_replication", "pg_replication_slots",
                           "pg_stat_ssl", "pg_prepared_xacts", "pg_locks", "pg_settings", "pg_group", "pg_hba_file_rules",
                           "pg_subscription", "pg_shdescription", "pg_stat_progress_vacuum", "pg_file_settings"})
    tenants.check_hidden(fmt::format("SELECT * FROM {};\n", list));
  for (const auto& attempt :
       {fmt::format("\\connect {}\nSELECT * FROM vault;\n", other), fmt::format("SELECT * FROM {}.public.vault;\n", other),
        std::string("COPY (SELECT 1) TO PROGRAM 'id';\n"), std::string("SELECT pg_read_file('postgresql.conf');\n"),
        std::string("SELECT pg_ls_dir('base');\n"), std::string("CREATE EXTENSION dblink;\n"),
        std::string("CREATE EXTENSION postgres_fdw;\n"), fmt::format("SET ROLE {};\n", other), std::string("SET ROLE postgres;\n"),
        fmt::format("SET SESSION AUTHORIZATION {};\n", other), fmt::format("GRANT {} TO {};\n", other, tenants.one.role),
        fmt::format("ALTER ROLE {} PASSWORD 'x';\n", other), fmt::format("DROP DATABASE {};\n", other), std::string("CREATE ROLE spy;\n"),
        std::string("CREATE DATABASE spy;\n"), std::string("ALTER SYSTEM SET log_statement = 'all';\n"),
        fmt::format("ALTER ROLE {} CONNECTION LIMIT -1;\n", tenants.one.role), std::string("SET temp_file_limit = -1;\n"),
        fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity(NULL) WHERE datname = '{}';\n", other),
        std::string("SELECT lo_import('/etc/passwd');\n"), fmt::format("CREATE DATABASE spy TEMPLATE {};\n", other)})
    tenants.check_refused(attempt);
  check_networks(tenants);
}

TEST_CASE("a tenant of MariaDB neither lists, reads nor connects to another's database") {
  Tenants tenants(ServiceType::mariadb);
  CHECK(tenants.ask("CREATE TABLE mine (id int); SELECT count(*) FROM mine; DROP TABLE mine;\n").code == 0);
  check_no_way_in(tenants, {tenants.other.database, "mysql", "performance_schema"});
  const auto& other = tenants.other.database;
  for (const char* list : {"SHOW DATABASES", "SHOW PROCESSLIST", "SELECT * FROM information_schema.schemata",
                           "SELECT * FROM information_schema.tables", "SELECT * FROM information_schema.processlist",
                           "SELECT * FROM information_schema.user_privileges", "SELECT * FROM information_schema.schema_privileges",
                           "SELECT * FROM information_schema.innodb_sys_tables", "SELECT * FROM information_schema.innodb_trx",
                           "SELECT * FROM information_schema.user_statistics", "SHOW OPEN TABLES", "SHOW GLOBAL STATUS"})
    tenants.check_hidden(fmt::format("{};\n", list));
  for (const auto& attempt :
       {fmt::format("USE {};\n", other), fmt::format("SELECT * FROM {}.vault;\n", other), fmt::format("SHOW TABLES FROM {};\n", other),
        fmt::format("SHOW CREATE DATABASE {};\n", other), fmt::format("DROP DATABASE {};\n", other), std::string("CREATE DATABASE spy;\n"),
        std::string("CREATE USER spy;\n"), std::string("SELECT * FROM mysql.global_priv;\n"), std::string("SHOW BINARY LOGS;\n"),
        std::string("SHOW MASTER STATUS;\n"), std::string("SHOW BINLOG EVENTS;\n"), std::string("SET GLOBAL general_log = 1;\n"),
        std::string("SELECT 'x' INTO OUTFILE '/tmp/x';\n"), std::string("FLUSH TABLES WITH READ LOCK;\n"),
        fmt::format("SHOW GRANTS FOR {};\n", other), fmt::format("GRANT SELECT ON {}.* TO {};\n", other, tenants.one.role),
        fmt::format("SET PASSWORD FOR {} = PASSWORD('x');\n", other),
        fmt::format("CREATE DEFINER={}@`%` VIEW spy AS SELECT * FROM {}.vault;\n", other, other)})
    tenants.check_refused(attempt);
  check_networks(tenants);
}

TEST_CASE("a tenant gets no more connections than its limit, and the other one gets its own") {
  for (const auto type : {ServiceType::postgres, ServiceType::mariadb}) SUBCASE(std::string(model::to_string(type)).c_str()) {
    Tenants tenants(type);
    REQUIRE_OK(services::provision(tenants.servers.place(), tenants.server, tenants.one, {.connections = 3}));
    const auto words = client_command(tenants, type == ServiceType::postgres ? "SELECT pg_sleep(3)" : "SELECT sleep(3)");
    const auto said = run_as_tenant(tenants, fmt::format("for i in 1 2 3 4 5; do ({} >/dev/null 2>&1 && echo in || echo out) & done; sleep 1; wait", words));
    CHECK(std::count(said.out.begin(), said.out.end(), 'i') == 3);
    CHECK(std::count(said.out.begin(), said.out.end(), 'o') == 2);
    CHECK(tenants.servers.query(tenants.in_other, tenants.other, "SELECT * FROM vault;\n").out == "sesame\n");
  }
}

TEST_CASE("a statement that takes too long is ended, and so is a wait for a lock") {
  struct Limits {
    ServiceType type;
    std::string ask, set;  // how long a tenant's statements and waits may take, and what that is
    std::string slow, too_slow;
    std::string hold, wait, waited;
  };
  for (const auto& words :
       {Limits{ServiceType::postgres, "SHOW statement_timeout; SHOW lock_timeout;\n", "5min\n1min\n", "SELECT pg_sleep(20)", "statement timeout",
               "BEGIN; LOCK TABLE mine; SELECT pg_sleep(4)", "SET lock_timeout = 500; SELECT * FROM mine", "lock timeout"},
        Limits{ServiceType::mariadb, "SELECT @@max_statement_time, @@lock_wait_timeout, @@innodb_lock_wait_timeout;\n", "300.000000\t60\t60\n",
               "SELECT count(*) FROM seq_1_to_1000000 AS a, seq_1_to_1000000 AS b", "max_statement_time exceeded", "LOCK TABLES mine WRITE; SELECT sleep(4)",
               "SET SESSION lock_wait_timeout = 1; SELECT * FROM mine", "Lock wait timeout exceeded"}})
    SUBCASE(std::string(model::to_string(words.type)).c_str()) {
      Tenants tenants(words.type);
      CHECK(tenants.ask(words.ask).out == words.set);
      REQUIRE(tenants.ask("CREATE TABLE mine (id int);\n").code == 0);
      const auto waited = run_as_tenant(tenants, fmt::format("{} & sleep 1; {}", client_command(tenants, words.hold), client_command(tenants, words.wait)));
      CHECK(waited.code != 0);
      CHECK_MESSAGE(waited.err.find(words.waited) != std::string::npos, waited.err);

      REQUIRE_OK(services::provision(tenants.servers.place(), tenants.server, tenants.one, {.statement = std::chrono::seconds(1)}));
      const auto ended = run_as_tenant(tenants, client_command(tenants, words.slow));
      CHECK(ended.code != 0);
      CHECK_MESSAGE(ended.err.find(words.too_slow) != std::string::npos, ended.err);
    }
}
