#!/usr/bin/env bash
# Copying a database: through divioctl's library beside `pg_dump -Fc | pg_restore` by hand, in turn, on the same data.
#
#   tests/bench/services.sh BUILD ENDPOINT [ROUNDS]   BUILD: a folder of a release build with the target service_copy
#
# Prints rows of docs/performance.md's table. Nothing here asserts a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"

build=${1:?usage: services.sh BUILD ENDPOINT [ROUNDS]}
export DOCKER_HOST=${2:?usage: services.sh BUILD ENDPOINT [ROUNDS]}
rounds=${3:-5}
server=divio-bench-postgres-$$
work=$(mktemp -d)
tool() { "$build/tests/services/service_copy" "$DOCKER_HOST" "$server" "$1"; }
trap 'rm -rf "$work"; tool remove' EXIT

"$here/../testbed/images.sh" "$DOCKER_HOST" debian:bookworm-slim postgres:15
tool prepare >"$work/names"
from=$(sed -n 1p "$work/names")
sql() { docker exec -i "$server" psql -X -q -U postgres -d "$1"; }
sql "$from" <"$here/database.sql"
echo "-- data: $(sql "$from" <<<'\t on \\ SELECT pg_size_pretty(pg_database_size(current_database()))' | tr -d ' \n')" >&2

copy_ours() { tool copy >>"$work/memory"; }
# The same work: into a new database, which then takes the place of the one that was there.
copy_theirs() {
  sql postgres <<<'CREATE DATABASE by_hand_new TEMPLATE template0;'
  docker exec "$server" pg_dump -U postgres -Fc "$from" |
    docker exec -i "$server" pg_restore -U postgres --no-owner --no-privileges --exit-on-error --single-transaction -d by_hand_new
  printf '%s\n' 'DROP DATABASE IF EXISTS by_hand;' 'ALTER DATABASE by_hand_new RENAME TO by_hand;' | sql postgres 2>/dev/null
}
compare "a database of 200 MB replaced by a copy: divioctl / pg_dump -Fc \\| pg_restore, rename" "$rounds" 1.11 copy_ours copy_theirs
report_memory "memory of divioctl while it copies" "$(sort -n "$work/memory" | tail -1 | awk '{print $1}')"
