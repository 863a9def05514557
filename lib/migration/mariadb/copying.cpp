#include "migration/mariadb/copying.hpp"

#include <fmt/format.h>

#include "migration/server_texts.hpp"
#include "migration/told.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "services/sql.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::mariadb {
namespace {

// A dump begins with where in the log it is of. It is the tenant who runs what is in it; the client's sandbox leaves out what is for
// the client and not for the server. The lock says that this runs; why it failed goes into the state. The dump's client knows
// no limit for how long it waits for a source that is gone without a word.
constexpr std::string_view program = R"sh(schema=$1 migration=$2 database=$3 login=$4 host=$5 port=$6 silence=$7
IFS= read -r own && IFS= read -r other || exit 1
umask 077
exec 9>>"/tmp/$schema.copying"
flock -w 60 9 || exit 1
echo $$ >"/tmp/$schema.copying"
complaint=/tmp/$schema.copying.complaint place=/tmp/$schema.copying.place dumping=/tmp/$schema.copying.dump
rm -f "$complaint" "$place" "$dumping"
dump() {
  echo "$BASHPID" >"$dumping"
  MYSQL_PWD=$other exec mariadb-dump --protocol=tcp --host="$host" --port="$port" --user="$login" --skip-ssl --single-transaction --quick --hex-blob \
    --routines --triggers --events --no-tablespaces --master-data=2 --max-allowed-packet=1G "$database" 9>&-
}
pass_on() {
  local line
  while IFS= read -r line; do
    printf '%s\n' "$line"
    if [[ $line =~ ^--\ CHANGE\ MASTER\ TO\ MASTER_LOG_FILE=\'([a-z0-9.-]+)\',\ MASTER_LOG_POS=([0-9]+)\;$ ]]; then
      echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" >"$place"
      exec cat
    fi
  done
  echo "error: the dump does not say where in the log it is of" >&2
  return 1
}
load() {
  MYSQL_PWD=$own mariadb --sandbox --user="$database" --max-allowed-packet=1G --default-character-set=utf8mb4 \
    --init-command='SET SESSION max_statement_time = 0, lock_wait_timeout = DEFAULT' "$database" 9>&-
}
tell() {
  mariadb --batch --user=root --init-command='SET SESSION sql_log_bin = 0, max_statement_time = 0' 9>&-
}
give_up_on_silence() {
  local waits
  while sleep 5; do
    waits=$(mariadb --batch --skip-column-names --user=root -e "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '$database' AND command = 'Sleep' AND time > $silence")
    if [ "$waits" = 1 ]; then echo "error: nothing came from the other side for $silence seconds" >>"$complaint"; kill "$(cat "$dumping")"; fi
  done
}
give_up_on_silence 9>&- >/dev/null 2>&1 &
watch=$!
set -o pipefail
if dump 2>>"$complaint" | pass_on 2>>"$complaint" | load 2>>"$complaint" >/dev/null; then said=; else said=$(grep -m1 -i error "$complaint" | tr -d "'\\\\" | cut -c1-400); said=${said:-the copying failed}; fi
read -r file at <"$place"
kill "$watch"
rm -f "$complaint" "$place" "$dumping"
{
  printf "SET @own = '%s', @other = '%s', @said = '%s';\n" "$own" "$other" "$said"
  echo "CALL $schema.acquire('$migration'); CALL $schema.end_loading(@own, @said);"
  [ -n "$said" ] || echo "CALL $schema.follow_copied('$host', $port, @other, '$file', $at);"
} | tell
)sh";

// The program gets its secrets by standard input, and its own text as a word. One that is there already was given up, and may wait for a
// server that answers no more.
constexpr std::string_view begin_program = R"sh(IFS= read -r own && IFS= read -r other || exit 1
[ ! -e "/tmp/$1.copying" ] || flock -n "/tmp/$1.copying" true || kill -- "-$(cat "/tmp/$1.copying")"
{ printf '%s\n%s\n' "$own" "$other" | setsid bash -c "$0" copying "$@" >/dev/null 2>&1 & })sh";

Result<std::string> run(const Conversation& to, std::vector<std::string> command, Secret input, std::string doing) {
  const auto& side = to.side();
  return services::run_script(side.place, side.server.name, {services::administration(side.server, std::move(command)), std::move(input), std::move(doing)});
}

}  // namespace

std::string_view copying_program() { return program; }

std::string copying_removal(std::string_view schema) {
  return fmt::format("[ ! -e /tmp/{0}.copying ] || (flock -n /tmp/{0}.copying true || kill -- -$(cat /tmp/{0}.copying) || true) && rm -f /tmp/{0}.copying*", schema);
}

Result<bool> is_copying(const Conversation& to) {
  const auto question = fmt::format("[ -e /tmp/{0}.copying ] && ! flock -n /tmp/{0}.copying true || echo idle", to.names().schema);
  DIVIO_TRY(answer, run(to, {"sh", "-c", question}, {}, "look whether the database is being copied"));
  return trim(answer) != "idle";
}

Result<std::string> collation(Conversation& side) {
  DIVIO_TRY(answer, side.ask("SELECT default_collation_name AS collation FROM information_schema.schemata WHERE schema_name = '{database}'\\G", "look how the database sorts"));
  auto found = std::string(Told{answer}["collation"]);
  if (!is_plain(found)) return fail(ErrorCode::not_found, fmt::format("there is no database {} on server '{}'", side.names().database, side.side().server.name));
  return found;
}

Result<void> begin_copying(Conversation& to, int attempt, const Peer& from, const Secret& password, const std::string& collation, std::chrono::seconds silence) {
  if (!is_plain(from.host) || !is_plain(password.reveal()))
    return fail(ErrorCode::invalid, fmt::format("'{}' is not where a server can be followed with a password of letters and digits", from.host));
  DIVIO_TRY(seen, standing(to));
  if (seen.loading) {
    DIVIO_TRY(runs, is_copying(to));
    if (runs) return {};
  }
  const Secret own(random_hex(32));
  DIVIO_CHECK(to.act(fmt::format("SET @own = '{}';\nCALL {{schema}}.admit({}, TRUE);\nCALL {{schema}}.begin_loading(@own, '{}');\nSET @own = NULL;", own.reveal(), attempt, collation),
                     "make room for a copy"));
  const auto& names = to.names();
  const Secret secrets(fmt::format("{}\n{}\n", own.reveal(), password.reveal()));
  std::vector<std::string> command{"bash", "-c", std::string(begin_program), std::string(program), names.schema, names.migration, names.database, names.login, from.host,
                                   std::to_string(from.port), std::to_string(silence.count())};
  return run(to, std::move(command), secrets, "begin to copy the database").map([](const auto&) {});
}

}  // namespace divio::migration::mariadb
