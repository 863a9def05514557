#include "services/blueprints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/service_images.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

using Word = std::string_view;

// PostgreSQL. Variables, volume and entry point: https://hub.docker.com/_/postgres. Within the container the image trusts
// the local socket, so the commands need no password; from elsewhere everybody needs one. While the image sets up a new
// volume its server listens on the socket only: hence a probe by TCP.
constexpr std::array<Word, 5> postgres_versions{"15", "17", "16", "14", "13"};
constexpr std::array<Setting, 5> postgres_variables{{{"PGDATA", "/var/lib/postgresql/data/pgdata"},
                                                     {"POSTGRES_USER", "postgres"},
                                                     {"POSTGRES_PASSWORD", "{password}"},
                                                     {"POSTGRES_HOST_AUTH_METHOD", "scram-sha-256"},
                                                     {"POSTGRES_INITDB_ARGS", "--data-checksums --encoding=UTF8"}}};
// The image takes a folder that initdb was killed in for a whole one.
constexpr Word postgres_prepare = R"(cd /var/lib/postgresql/data
if [ ! -e divio-complete ] && [ -e pgdata ]; then rm -rf unfinished; mv pgdata unfinished; fi
)";
// Ready for logical replication without a restart, and a slot that nobody reads cannot fill the disk
// (https://www.postgresql.org/docs/15/runtime-config-replication.html).
constexpr std::array<Word, 17> postgres_command{
    "postgres", "-c", "wal_level=logical", "-c", "max_replication_slots=10", "-c", "max_wal_senders=10", "-c",
    "max_slot_wal_keep_size=4GB", "-c", "max_connections=200", "-c", "password_encryption=scram-sha-256", "-c", "ssl=off",
    // Docker gives a container 64 MB of /dev/shm, which parallel queries soon fill.
    "-c", "dynamic_shared_memory_type=mmap"};
constexpr std::array<Word, 5> postgres_probe{"pg_isready", "-q", "-U", "postgres", "--host=127.0.0.1"};
constexpr std::array<Word, 5> postgres_shell{"psql", "--host=127.0.0.1", "-U", "{user}", "{database}"};
// What a migration that is under way has put there can be made by superusers only, and is not the instance's.
constexpr std::array<Word, 10> postgres_backup{
    "pg_dump",           "-U",                 "postgres",                           "-Fc",       "--no-owner", "--no-privileges",
    "--no-publications", "--no-subscriptions", "--exclude-schema=divio_migration_*", "{database}"};
// A dump can hold any statement, so it is the tenant who runs them.
constexpr std::array<Word, 8> postgres_restore{
    "pg_restore", "-U", "{login}", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
    "--dbname={database}"};

// MariaDB. Variables and volume: https://hub.docker.com/_/mariadb and the image's docker-entrypoint.sh. root comes from
// the container only, by the socket. While the image sets up a new volume its server has no network: hence the question.
constexpr std::array<Word, 3> mariadb_versions{"10.11", "11.4", "11.8"};
constexpr std::array<Setting, 2> mariadb_variables{
    {{"MARIADB_ROOT_PASSWORD", "{password}"}, {"MARIADB_ROOT_HOST", "localhost"}}};
constexpr Word mariadb_prepare = R"sh(cd /var/lib/mysql
if [ ! -e divio-complete ] && [ -e data ]; then rm -rf unfinished; mv data unfinished; fi
[ -s server-id ] || { echo $(( $(od -An -N4 -tu4 /dev/urandom) | 1 )) >server-id.new && mv server-id.new server-id; }
set -- "$@" --server-id="$(cat server-id)"
for note in data/master-*.info; do
  if [ ! -e "$note" ] || [ "$(head -n 1 "$note")" -le "$(wc -l <"$note")" ] 2>/dev/null; then continue; fi
  name=${note#data/master-} name=${name%.info}
  if [ -e data/multi-master.info ]; then sed -i "/^$name\$/d" data/multi-master.info; fi
  rm -f "$note" "data/relay-log-$name.info"
done
)sh";
// Servers that follow each other need ids of their own, so one is made with the volume. A server that was killed while it noted down
// whom it follows does not start on that note any more: one with fewer lines than its first one says goes, and whoever wants it to
// follow tells it again. Following never begins by itself: of what
// is followed nothing would be left out (migration/mariadb/moving.hpp). Rows in the binary log make functions and triggers of people without SUPER safe for replicas, so they may make them
// (https://mariadb.com/kb/en/binary-logging-of-stored-routines/).
// With a binary log it is that log by which a transaction is known to have been committed after the machine has lost its power,
// hence sync-binlog (https://mariadb.com/kb/en/replication-and-binary-log-system-variables/#sync_binlog).
constexpr std::array<Word, 16> mariadb_command{"mariadbd",
                                               "--datadir=/var/lib/mysql/data",
                                               "--log-bin=mariadb-bin",
                                               "--binlog-format=ROW",
                                               "--log-bin-trust-function-creators=ON",
                                               "--binlog-expire-logs-seconds=259200",
                                               "--sync-binlog=1",
                                               "--gtid-strict-mode=ON",
                                               "--skip-slave-start",
                                               "--relay-log-recovery=ON",
                                               "--slave-net-timeout=15",
                                               "--max-connections=200",
                                               "--skip-name-resolve",
                                               "--local-infile=OFF",
                                               // For tenants' sessions: root, who makes dumps, is not subject to it.
                                               "--init-connect=SET SESSION lock_wait_timeout = 60, innodb_lock_wait_timeout = 60",
                                               "--character-set-server=utf8mb4"};
constexpr std::array<Word, 3> mariadb_probe{
    "sh", "-c", "test \"$(mariadb --user=root --batch --skip-column-names -e 'SELECT @@skip_networking')\" = 0"};
constexpr std::array<Word, 5> mariadb_shell{"mariadb", "--protocol=tcp", "--host=127.0.0.1", "--user={user}", "{database}"};
constexpr std::array<Word, 9> mariadb_backup{"mariadb-dump", "--user=root", "--single-transaction", "--quick",
                                             "--routines",   "--triggers",  "--events",             "--hex-blob",
                                             "{database}"};
// Its sandbox leaves out what is for the client and not for the server: running programs, reading files.
constexpr std::array<Word, 5> mariadb_restore{"mariadb", "--sandbox", "--user={login}", "--init-command=SET SESSION max_statement_time = 0, lock_wait_timeout = DEFAULT",
                                              "{database}"};

// Redis. Volume and entry point: https://hub.docker.com/_/redis. The image knows no variable for a password, and on the
// command line everybody on the host would see it: users are in a file, which also keeps what rotations change. The
// instance is the user `default`, so that clients which know no users get in; `divio` is the administrator, and as
// `divio-migration` a server logs in that follows this one while an environment is moved. Keys that
// expire make room when memory is full, keys that do not, such as a queue's messages, stay. An access rule of Redis names
// keys and commands, but no numbered database (https://redis.io/docs/management/security/acl/): tenants cannot be kept
// apart, so there is no shared server. A dump is restored by starting on it: an append-only file may begin with one
// (https://redis.io/docs/management/persistence/), and `restored` is such a file, ready to be taken.
// Where the disk is full the users stay as they were: without them a server would let everybody in.
// Whom it follows while an environment is moved is in a file of its own (migration/redis/program.cpp): it goes on with that when
// it starts again, but not where its application may write, for then it would lose what is written.
constexpr std::array<Word, 1> redis_versions{"7"};
constexpr std::array<Setting, 1> redis_variables{{{"REDISCLI_AUTH", "{password}"}}};
constexpr Word redis_prepare = R"(cd /data
if [ -e restored ]; then
  rm -rf replaced
  if [ -e appendonlydir ]; then mv appendonlydir replaced; fi
  mv restored appendonlydir
fi
administrator="user divio on #$(printf %s "$REDISCLI_AUTH" | sha256sum | cut -c1-64) ~* &* +@all"
default=$(grep '^user default ' users.acl 2>/dev/null) || default='user default off resetpass'
follower=$(grep '^user divio-migration ' users.acl 2>/dev/null) || follower=
umask 077
if printf '%s\n' "$administrator" "$default" "$follower" >users.acl.new; then mv users.acl.new users.acl; fi
umask 022
grep -q '^user divio ' users.acl || exit 1
grep -q '^user default .*-@write' users.acl || rm -f divio-migration/following.conf
)";
constexpr std::array<Word, 13> redis_command{
    "redis-server", "--appendonly", "yes", "--maxmemory-policy", "volatile-lru", "--repl-diskless-sync", "yes",
    "--repl-diskless-sync-delay", "0", "--aclfile", "/data/users.acl", "--include", "/data/divio-migration/*.conf"};
constexpr std::array<Word, 5> redis_probe{"redis-cli", "--user", "divio", "-e", "ping"};
constexpr std::array<Word, 1> redis_shell{"redis-cli"};
// A dump without a file on the server's side ends with 40 bytes that mark its end, and that redis-cli leaves in what it
// writes to stdout. The rest of the script passes on how redis-cli ended.
constexpr std::array<Word, 3> redis_backup{
    "sh", "-c",
    "exec 4>&1; code=$({ { redis-cli --user divio --rdb - || echo $? >&3; } | head -c -40 >&4; } 3>&1); exit ${code:-0}"};

std::string filled_word(Word word, const std::map<std::string, std::string>& values) {
  std::string text;
  for (auto open = word.find('{'); open != Word::npos; open = word.find('{')) {
    const auto close = word.find('}', open);
    if (close == Word::npos) break;
    const auto value = values.find(std::string(word.substr(open + 1, close - open - 1)));
    text += word.substr(0, open);
    text += value == values.end() ? word.substr(open, close - open + 1) : Word(value->second);
    word.remove_prefix(close + 1);
  }
  return text.append(word);
}

}  // namespace

std::span<const Blueprint> blueprints() {
  using model::ServiceType;
  static constexpr std::array<Blueprint, 4> all{{
      {ServiceType::postgres, "postgres", postgres_versions, 5432, "/var/lib/postgresql/data", true, postgres_variables,
       postgres_prepare, postgres_command, postgres_probe, postgres_shell, postgres_backup, postgres_restore, "PGPASSWORD"},
      {ServiceType::mariadb, "mariadb", mariadb_versions, 3306, "/var/lib/mysql", true, mariadb_variables,
       mariadb_prepare, mariadb_command, mariadb_probe, mariadb_shell, mariadb_backup, mariadb_restore, "MYSQL_PWD"},
      {ServiceType::redis, "redis", redis_versions, 6379, "/data", false, redis_variables, redis_prepare, redis_command,
       redis_probe, redis_shell, redis_backup, {}, "REDISCLI_AUTH"},
      {ServiceType::media, {}, {}, 0, {}, false, {}, {}, {}, {}, {}, {}, {}, {}},
  }};
  return all;
}

const Blueprint& blueprint(model::ServiceType type) { return blueprints()[static_cast<std::size_t>(type)]; }

Result<std::string> version_of(const Blueprint& blueprint, std::string_view wanted) {
  const auto versions = blueprint.versions;
  if (wanted.empty()) return std::string(versions.empty() ? Word{} : versions.front());
  if (std::ranges::find(versions, wanted) != versions.end()) return std::string(wanted);
  const auto type = model::to_string(blueprint.type);
  if (versions.empty())
    return fail(ErrorCode::invalid, fmt::format("there are no versions of {}", type), "leave the version out");
  return fail(ErrorCode::invalid, fmt::format("there is no version '{}' of {}", wanted, type),
              "use one of " + join(std::vector<std::string>(versions.begin(), versions.end()), ", "));
}

model::Scope default_scope(const Blueprint& blueprint) noexcept {
  return blueprint.shared ? model::Scope::shared : model::Scope::dedicated;
}

std::string image_of(const Blueprint& blueprint, std::string_view version) {
  return fmt::format("{}:{}", blueprint.image, version);
}

std::string image_in(const model::Region& region, const Blueprint& blueprint, std::string_view version) {
  const auto images = model::parse_service_images(region.service_images);
  return model::image_for(images.value_or(model::ServiceImages{}), image_of(blueprint, version));
}

Result<void> check_service_images(const model::Region& region) {
  DIVIO_TRY(images, model::parse_service_images(region.service_images));
  std::vector<std::string> known;
  for (const auto& one : blueprints())
    for (const auto& version : one.versions) known.push_back(image_of(one, version));
  for (const auto& [official, image] : images.instead)
    if (std::ranges::find(known, official) == known.end())
      return fail(ErrorCode::invalid, fmt::format("there is no {} for which {} could stand", official, image), "there are " + join(known, ", "));
  return {};
}

std::vector<std::string> filled(Words words, const std::map<std::string, std::string>& values) {
  std::vector<std::string> result;
  for (const auto word : words) result.push_back(filled_word(word, values));
  return result;
}

}  // namespace divio::services
