#include "e2e/ledger.hpp"

#include <doctest/doctest.h>

namespace divio::live {
namespace {

constexpr auto* records_here = "divio-mariadb-10-11";
constexpr auto* records_there = "divio-eu-mariadb-10-11";

std::string docker(const std::string& endpoint, std::vector<std::string> words) {
  words.insert(words.begin(), {"docker", "-H", endpoint});
  return run({std::move(words), {}}).out;
}

// As the application's login, whatever the server says; what comes of it tells whether it was let in to write. Its password has to be good.
bool can_write(const std::string& endpoint, const std::string& server) {
  const std::string script =
      "database=$(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND NOT datistemplate\") && "
      "psql -XqAt -U postgres -c \"SELECT 'good' FROM pg_roles WHERE pg_has_role(oid, '$database', 'MEMBER') AND rolcanlogin AND NOT rolsuper AND NOT rolreplication "
      "AND coalesce(rolvaliduntil, 'infinity') > now()\" | grep -q good && "
      "psql -XqAt -U postgres -d \"$database\" -c \"SET ROLE $database; DELETE FROM entry WHERE number = -1\"";
  return run({{"docker", "-H", endpoint, "exec", server, "sh", "-c", script}, {}}).code == 0;
}

// Likewise its Redis, which says whether it would take a write.
bool can_remember(const std::string& endpoint) {
  const std::string script = "redis-cli --user divio ACL DRYRUN default SET key value | grep -qx OK && redis-cli --user divio INFO replication | grep -q '^role:master'";
  return run({{"docker", "-H", endpoint, "exec", Ledger::cache, "sh", "-c", script}, {}}).code == 0;
}

// As root of its MariaDB, in either region.
std::string records_answer(const std::string& endpoint, const std::string& server, const std::string& statements) {
  const std::string script = "MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb --user=root --batch --skip-column-names -e \"$1\"";
  return docker(endpoint, {"exec", server, "sh", "-c", script, "sh", statements});
}

// Likewise its MariaDB: the login, which has the name of its database, has rights there, the server follows nobody, and nobody copies into
// it, for then the login has another password.
bool can_record(const std::string& endpoint, const std::string& server) {
  const std::string rights = "SELECT DISTINCT 'writes' FROM mysql.db WHERE User = Db AND Insert_priv = 'Y'; ";
  const std::string copied = "SET @copied = (SELECT CONCAT('SELECT loading FROM ', table_schema, '.state WHERE LENGTH(loading) > 0') "
                             "FROM information_schema.tables WHERE table_name = 'state' AND table_schema LIKE 'divio\\_migration%' LIMIT 1); EXECUTE IMMEDIATE COALESCE(@copied, 'DO 0'); ";
  return records_answer(endpoint, server, rights + copied + "SHOW ALL SLAVES STATUS") == "writes\n";
}

std::string left_in_records(const std::string& endpoint, const std::string& server) {
  const std::string made = "SELECT CONCAT('database ', SCHEMA_NAME) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'divio\\_migration%'; "
                           "SELECT CONCAT('user ', User) FROM mysql.global_priv WHERE User LIKE 'divio%'; ";
  return records_answer(endpoint, server, made + "SHOW ALL SLAVES STATUS") + docker(endpoint, {"exec", server, "sh", "-c", "ls /tmp/*.guard 2>/dev/null"});
}

std::string regions_where(bool local, bool eu) { return local ? (eu ? "local eu" : "local") : eu ? "eu" : ""; }

}  // namespace

Ledger::Ledger(std::uint16_t port, const std::string& size_of_second_host) : host_({"postgres:15", "redis:7", "mariadb:10.11"}, size_of_second_host), site_({.base = "postgres:15", .port = port}) {
  deploy_ledger(site_);
  site_.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS")});
  site_.expect(0, {"region", "add", "eu", "--endpoint", host_.endpoint, "--address", host_.address, "--ingress-port", std::to_string(port)});
}

void Ledger::empty() const {
  site_.expect(0, {"service", "shell", "default"}, "TRUNCATE entry, beat;\n");
  site_.expect(0, {"service", "shell", "cache"}, "DEL entries\n");
  site_.expect(0, {"service", "shell", "records"}, "TRUNCATE record;\n");
  site_.expect(0, {"exec", "web", "--", "find", "/data/files", "/data/notes", "-type", "f", "-delete"});
}

std::string Ledger::writable_in() const {
  const auto here = needed_variable("DIVIO_TEST_ENGINE");
  const auto rows = regions_where(can_write(here, "divio-postgres-15"), can_write(host_.endpoint, "divio-eu-postgres-15"));
  const auto names = regions_where(can_remember(here), can_remember(host_.endpoint));
  const auto records = regions_where(can_record(here, records_here), can_record(host_.endpoint, records_there));
  return rows == names && rows == records ? rows : "rows in '" + rows + "', names in '" + names + "', records in '" + records + "'";
}

void Ledger::change_on_second_host(const std::string& statements) const {
  const std::string script = "psql -XqAt -v ON_ERROR_STOP=1 -U postgres -d $(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database "
                             "WHERE NOT datistemplate AND datname <> 'postgres'\") -c \"$1\" && echo done";
  REQUIRE(docker(host_.endpoint, {"exec", "divio-eu-postgres-15", "sh", "-c", script, "sh", statements}) == "done\n");
}

std::string Ledger::left_by_migrations() const {
  const std::string script = "for database in $(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database WHERE NOT datistemplate\"); do psql -XqAt -U postgres -d $database "
                             "-c \"SELECT 'slot ' || slot_name FROM pg_replication_slots\" -c \"SELECT 'publication ' || pubname FROM pg_publication\" "
                             "-c \"SELECT 'subscription ' || subname FROM pg_subscription\" -c \"SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname LIKE 'divio%'\" "
                             "-c \"SELECT 'role ' || rolname FROM pg_roles WHERE rolname LIKE 'divio%'\"; done; ls /tmp/*.guard 2>/dev/null";
  std::string left;
  const auto here = needed_variable("DIVIO_TEST_ENGINE");
  struct Region {
    std::string endpoint, rows, records;
  };
  for (const auto& [endpoint, rows, records] : {Region{here, "divio-postgres-15", records_here}, Region{host_.endpoint, "divio-eu-postgres-15", records_there}}) {
    left += docker(endpoint, {"exec", rows, "sh", "-c", script});
    left += left_in_records(endpoint, records);
    left += docker(endpoint, {"exec", cache, "sh", "-c", "ls -d /data/divio-migration* /tmp/*.guard 2>/dev/null; redis-cli --user divio ACL LIST | grep migration"});
    for (const auto* kind : {"container", "volume", "network"}) {
      std::vector<std::string> words{kind, "ls", "-q", "--filter", "label=divio.migration"};
      if (kind == std::string("container")) words.emplace_back("-a");
      left += docker(endpoint, words);
    }
  }
  return left;
}

std::string Ledger::left_on_second_host() const {
  return docker(host_.endpoint, {"ps", "-a", "--format", "{{.Names}}", "--filter", "label=divio.project=ledger"}) +
         docker(host_.endpoint, {"volume", "ls", "-q", "--filter", "label=divio.project=ledger"}) +
         docker(host_.endpoint, {"network", "ls", "--format", "{{.Name}}", "--filter", "label=divio.project=ledger"});
}

std::string step_line(const std::string& step) { return step.find(' ') == std::string::npos ? "| " + step : step; }

}  // namespace divio::live
