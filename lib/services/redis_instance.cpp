#include <fmt/format.h>

#include "services/commands.hpp"
#include "services/instance_parts.hpp"
#include "services/server_container.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::services::redis {
namespace {

// The client goes on after an error and ends well: what it wrote tells.
Result<void> all_done(const Result<std::string>& written, const std::string& doing) {
  if (!written) return Failure(written.error());
  for (const auto& line : split(*written, '\n')) {
    const auto answer = trim(line);
    if (!answer.empty() && answer != "OK") return fail(ErrorCode::failed, fmt::format("cannot {}", doing), std::string(answer));
  }
  return {};
}

Result<void> client(const Place& place, const Server& server, const std::string& commands, const std::string& doing) {
  const Script script{administration(server, {"redis-cli", "--user", "divio"}), Secret(commands), doing};
  return all_done(run_script(place, server.name, script), doing);
}

// What the login may. While an environment is moved a migration may have taken some of it away, and keeps in a file what it will
// give back (migration/redis/program.cpp): passwords change all the same, and it stays taken away. The lock is the one under
// which a migration takes and gives; an image without it is none that can be moved.
constexpr std::string_view setting = R"sh(exec 9>/tmp/divio-migration.lock
flock -w 60 9 2>/dev/null || [ ! -e /data/divio-migration ] || { echo 'a migration is at work on this server' >&2; exit 1; }
kept=/data/divio-migration/rights
rights="+@all -@admin"
if [ -e $kept ] && printf 'ACL DRYRUN default SET divio 1\n' | redis-cli --user divio | grep -q 'no permissions'; then
  umask 077
  echo "$rights" >$kept.new && sync $kept.new && mv $kept.new $kept || exit 1
  rights="$rights -@write -publish -spublish"
fi
{ printf 'ACL SETUSER default reset on ~* &* %s' "$rights"; cat; printf '\nACL SAVE\n'; } | redis-cli --user divio
)sh";

// Takes a dump in as the first part of an append-only file, which is where Redis reads its data from when it starts
// (https://redis.io/docs/management/persistence/). The name `restored` says that all of it is there.
constexpr std::string_view take_in = R"(set -e
cd /data
rm -rf restoring
mkdir restoring
cat >restoring/appendonly.aof.1.base.rdb
redis-check-rdb restoring/appendonly.aof.1.base.rdb >&2
echo 'file appendonly.aof.1.base.rdb seq 1 type b' >restoring/appendonly.aof.manifest
chown -R redis restoring
sync
rm -rf restored
mv restoring restored
)";

}  // namespace

Result<void> put(const Place& place, const Server& server, std::span<const Secret> passwords) {
  std::string hashes;
  for (const auto& password : passwords) hashes += " #" + sha256_hex(password.reveal());
  const Script script{administration(server, {"sh", "-c", std::string(setting)}), Secret(hashes), fmt::format("set the login of '{}'", server.name)};
  return all_done(run_script(place, server.name, script), script.doing);
}

Result<void> remove(const Place& place, const Server& server) {
  return client(place, server, "ACL SETUSER default reset\nACL SAVE\nFLUSHALL\n", fmt::format("empty '{}'", server.name));
}

Result<void> restore(const Place& place, const Server& server, const ports::ArchiveWriter& archive) {
  const auto spec = administration(server, {"sh", "-c", std::string(take_in)});
  DIVIO_TRY(ended, run_command(place.engine, server.name, spec, {archive, {}, place.stop}));
  if (ended.code != 0) return Failure(failure_of(ended, fmt::format("restore '{}'", server.name)));
  DIVIO_CHECK(place.engine.containers().stop(server.name, container_of(server).stop_grace));
  DIVIO_CHECK(ensure_server(place, server));
  const Script tidy{administration(server, {"rm", "-rf", "/data/replaced"}), {}, "remove what a restore replaced"};
  DIVIO_TRY(ignored, run_script(place, server.name, tidy));
  return {};
}

}  // namespace divio::services::redis
