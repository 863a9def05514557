#include "e2e/left_over.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "e2e/program.hpp"

namespace divio::live {
namespace {

std::string asked(std::vector<std::string> words) {
  const auto ended = run({std::move(words), {}});
  CHECK_MESSAGE(ended.code == 0, ended.text());
  return ended.out;
}

std::string in(const LeftRegion& region, const std::string& container, const std::string& script) {
  return asked({"docker", "-H", region.endpoint, "exec", container, "sh", "-c", script});
}

std::string labelled(const LeftRegion& region, const std::string& label) {
  std::string left;
  for (const std::string kind : {"container", "volume", "network"}) {
    std::vector<std::string> words{"docker", "-H", region.endpoint, kind, "ls", "--filter", "label=" + label, "--format", kind == "container" ? "{{.Names}}" : "{{.Name}}"};
    if (kind == "container") words.emplace_back("-a");
    left += asked(words);
  }
  return left;
}

constexpr auto* rows_script = R"(ask() { psql -XqAt -U postgres -d "$@"; }
ask postgres -c "SELECT 'database ' || datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'" \
  -c "SELECT 'login ' || rolname FROM pg_roles WHERE rolname <> 'postgres' AND rolname NOT LIKE 'pg\_%'" \
  -c "SELECT 'slot ' || slot_name FROM pg_replication_slots" -c "SELECT 'subscription ' || subname FROM pg_subscription" \
  -c "SELECT 'sender ' || application_name FROM pg_stat_replication" \
  -c "SELECT 'origin ' || roname FROM pg_replication_origin" -c "SELECT 'publication ' || pubname FROM pg_publication"
ls -d /tmp/*.guard 2>/dev/null || true)";

constexpr auto* records_script = R"(MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb --user=root --batch --skip-column-names -e "
SELECT CONCAT('database ', SCHEMA_NAME) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys');
SELECT CONCAT('login ', User) FROM mysql.global_priv WHERE User NOT IN ('root', 'mariadb.sys', 'mysql', 'healthcheck', 'PUBLIC');
SELECT CONCAT('rights ', User) FROM mysql.db WHERE User NOT IN ('', 'PUBLIC');
SHOW ALL SLAVES STATUS"
ls -d /tmp/*.guard 2>/dev/null || true)";

constexpr auto* words_script = "cd /var/lib/divio-ingress && find decisions guards -type f 2>/dev/null || true";

}  // namespace

std::string left_over(const LeftRegion& region, const std::string& project) {
  return labelled(region, "divio.project=" + project) + labelled(region, "divio.migration") + labelled(region, "divio.record") + labelled(region, "divio.drill") +
         in(region, region.rows, rows_script) + in(region, region.records, records_script) + in(region, region.ingress, words_script);
}

std::string all_things(const std::string& endpoint) {
  return asked({"docker", "-H", endpoint, "ps", "-aq", "--no-trunc"}) + asked({"docker", "-H", endpoint, "volume", "ls", "-q"}) + asked({"docker", "-H", endpoint, "network", "ls", "-q", "--no-trunc"});
}

}  // namespace divio::live
