#!/usr/bin/env bash
# Moving the ledger (tests/migration/ledger) between two hosts while it is written to: for how long writers wait, with little data
# and with much; how fast data is copied, beside pg_dump and pg_restore; and what following costs the source.
#
#   tests/bench/migration.sh                     prints rows for the table of docs/performance.md
#   tests/bench/migration.sh --rounds N          how often each pair is measured (default 7)
#   tests/bench/migration.sh --sizes "100 2000"  MB of data (default 100 and 2000)
#
# Starts two Docker engines of its own. Nothing here asserts a time: it prints.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"

rounds=7 sizes="100 2000" writers=8 seconds=10
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 && shift ;;
    --sizes) sizes=$2 && shift ;;
    *) echo "there is no option $1" >&2 && exit 2 ;;
  esac
  shift
done
binary=${DIVIOCTL:-$top/build/release/cli/divioctl}

work=$(mktemp -d) visitors=""
clean() {
  [ -z "$visitors" ] || kill "$visitors" 2>/dev/null || true
  "$top/tests/testbed/engine.sh" stop bench-from >/dev/null 2>&1 || true
  "$top/tests/testbed/engine.sh" stop bench-to >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean EXIT
eval "$("$top/tests/testbed/engine.sh" start bench-from)"
from=$DIVIO_TEST_ENGINE from_address=$DIVIO_TEST_ADDRESS
eval "$("$top/tests/testbed/engine.sh" start bench-to)"
to=$DIVIO_TEST_ENGINE to_address=$DIVIO_TEST_ADDRESS
for engine in "$from" "$to"; do "$top/tests/testbed/images.sh" "$engine" debian:bookworm-slim haproxy:2.6 postgres:15 >/dev/null; done

mkdir "$work/code"
cp "$top"/tests/migration/ledger/* "$work/code/"
git -C "$work/code" init -q -b main
git -C "$work/code" add -A
git -C "$work/code" -c user.name=bench -c user.email=bench@localhost commit -q -m ledger
export DIVIOCTL_HOME=$work/home DIVIOCTL_ENV=live NO_COLOR=1
unset DOCKER_HOST
divioctl() { "$binary" -C "$work/code" "$@"; }
divioctl region add from --endpoint "$from" --address "$from_address" --ingress-port 8188 --default >/dev/null
divioctl region add to --endpoint "$to" --address "$to_address" --ingress-port 8188 >/dev/null
divioctl deploy --quiet >/dev/null

visit() { "$here/writers.pl" "$from_address" 8188 "$writers" "$1" & visitors=$!; }
leave() {
  kill "$visitors"
  wait "$visitors" 2>/dev/null || true
  visitors=""
}
# What writers were told between two moments, in ms: how many writes a second were acknowledged, the longest time between two of
# these in ms, and how many failed.
told() { # FILE BEGAN ENDED
  sort -n "$1" | awk -v began="$2" -v ended="$3" '$1 < began || $1 > ended {next} $2 != 200 {failed++; next}
    {if (last && $1 - last > gap) gap = $1 - last; last = $1; count++} END {printf "%.0f %.0f %d\n", count * 1000 / (ended - began), gap, failed}'
}
milliseconds() { echo $(($(now) / 1000000)); }
per_second() { # FILE: how many writes a second, for a while
  local began
  began=$(milliseconds)
  sleep "$seconds"
  told "$1" "$began" "$(milliseconds)" | cut -d' ' -f1
}

# As many rows of 1 KB that do not compress, beside those that the writers make.
fill() { # MB
  divioctl service shell default >/dev/null <<SQL
DROP TABLE IF EXISTS ballast;
CREATE TABLE ballast AS SELECT g AS id, (SELECT string_agg(md5(g::text || i), '') FROM generate_series(1, 30) AS i) AS text FROM generate_series(1, $1 * 1000) AS g;
ALTER TABLE ballast ADD PRIMARY KEY (id);
SQL
}

# The ledger's database copied to another one on the other host, in seconds.
copy_by_hand() {
  local began source=divio-from-postgres-15 target=divio-to-postgres-15 database
  database=$(docker -H "$from" exec "$source" psql -XqAt -U postgres -c "SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND NOT datistemplate")
  docker -H "$to" exec "$target" psql -Xq -U postgres -c 'CREATE DATABASE by_hand'
  began=$(now)
  docker -H "$from" exec "$source" sh -c "rm -rf /tmp/dump && pg_dump -U postgres -Fd -j2 -f /tmp/dump $database && tar -C /tmp -c dump" |
    docker -H "$to" exec -i "$target" sh -c 'rm -rf /tmp/dump && tar -C /tmp -x'
  docker -H "$to" exec "$target" pg_restore -U postgres -Fd -j2 --no-owner --no-privileges -d by_hand /tmp/dump
  awk "BEGIN {printf \"%.1f\", ($(now) - $began) / 1e9}"
  docker -H "$from" exec "$source" rm -rf /tmp/dump
  docker -H "$to" exec "$target" sh -c 'rm -rf /tmp/dump; psql -Xq -U postgres -c "DROP DATABASE by_hand"'
}

median_of() { middle <"$1"; }

for size in $sizes; do
  fill "$size"
  : >"$work/log"
  visit "$work/log"
  sleep 2
  alone=$(per_second "$work/log")
  divioctl migrate start --to to --hold-cutover --max-pause 10s >"$work/started"
  following=$(per_second "$work/log")
  report "writes a second while the target follows, $size MB / before the move" "$following" "$alone" \
    "$(awk "BEGIN {printf \"%.3f\", $following / $alone}")" ">= 0.8" "$(awk "BEGIN {print ($following >= 0.8 * $alone) ? \"met\" : \"NOT MET\"}")"
  : >"$work/gaps"
  failed=0 next=cutover
  for _ in $(seq "$rounds"); do
    began=$(milliseconds)
    divioctl migrate "$next" --max-pause 10s >/dev/null
    sleep 1
    read -r _ gap lost <<<"$(told "$work/log" "$began" "$(milliseconds)")"
    echo "$gap" >>"$work/gaps"
    failed=$((failed + lost)) next=reverse
  done
  leave
  gap=$(median_of "$work/gaps")
  report "longest wait between two acknowledged writes in a cut-over, $size MB, $failed failed" "$gap ms" "" "" "< 150 ms" "$(awk "BEGIN {print ($gap < 150) ? \"met\" : \"NOT MET\"}")"
  ours=$(sed -n "s/.*copy service 'default', and follow it: done in \([0-9.]*\) s.*/\1/p" "$work/started")
  theirs=$(copy_by_hand)
  report "copying a database of $size MB, with what is written meanwhile / pg_dump -Fd -j2, pg_restore -j2" "$ours s" "$theirs s" \
    "$(awk "BEGIN {printf \"%.3f\", $ours / $theirs}")" "<= 1.11" "$(awk "BEGIN {print ($ours <= 1.11 * $theirs) ? \"met\" : \"NOT MET\"}")"
  [ "$(divioctl migrate show -o json | sed -n 's/.*"serves":"\([^"]*\)".*/\1/p')" = from ] || divioctl migrate reverse --max-pause 10s >/dev/null
  divioctl migrate finalize --yes --keep-backup 0 --forward 0 >/dev/null
done
