#!/usr/bin/env bash
# Moving the ledger (tests/migration/ledger) between two hosts while it is written to: for how long writers wait, next to the same
# steps by hand, with little data and with much, without distance and with some; how fast data is copied; and what following
# costs the source.
#
#   tests/bench/migration.sh                        prints rows for the table of docs/performance.md
#   tests/bench/migration.sh --rounds N             how often each is measured (default 7)
#   tests/bench/migration.sh --sizes "100 2000"     MB of data (default 100 and 2000)
#   tests/bench/migration.sh --redis                with a Redis in which each write is remembered too
#   tests/bench/migration.sh --mariadb              with a MariaDB in which each write is recorded too
#   tests/bench/migration.sh --distances "0 50"     ms there and back between the hosts (default 0 and 50)
#   tests/bench/migration.sh --rate N               with N writes a second, not as many as there can be
#   tests/bench/migration.sh --within               only a move within a region: from the shared server to one of its own
#
# Starts two Docker engines of its own. Nothing here asserts a time: it prints.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"

rounds=7 rate=0 within="" sizes="100 2000" distances="0 50" writers=8 seconds=10 port=8188 images=(debian:bookworm-slim haproxy:2.6 postgres:15) left_out=('type: media' 'cache: redis' 'records')
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 && shift ;;
    --sizes) sizes=$2 && shift ;;
    --distances) distances=$2 && shift ;;
    --rate) rate=$2 && shift ;;
    --within) within=yes ;;
    --redis) images+=(redis:7) left_out[1]='^$' ;;
    --mariadb) images+=(mariadb:10.11) left_out[2]='^$' ;;
    *) echo "there is no option $1" >&2 && exit 2 ;;
  esac
  shift
done
binary=${DIVIOCTL:-$top/build/release/cli/divioctl}

work=$(mktemp -d) visitors="" from_address="" to_address=""
clean() {
  [ -z "$visitors" ] || kill "$visitors" 2>/dev/null || true
  [ -z "$to_address" ] || "$top/tests/testbed/distance.sh" stop "$from_address" "$to_address" || true
  "$top/tests/testbed/engine.sh" stop bench-from >/dev/null 2>&1 || true
  "$top/tests/testbed/engine.sh" stop bench-to >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean EXIT
export DIVIO_TESTBED_OWNER=$$
eval "$("$top/tests/testbed/engine.sh" start bench-from)"
from=$DIVIO_TEST_ENGINE from_address=$DIVIO_TEST_ADDRESS
eval "$("$top/tests/testbed/engine.sh" start bench-to)"
to=$DIVIO_TEST_ENGINE to_address=$DIVIO_TEST_ADDRESS
for engine in "$from" "$to"; do "$top/tests/testbed/images.sh" "$engine" "${images[@]}" 2>/dev/null; done
# shellcheck source=tests/bench/hand_over.sh
. "$here/hand_over.sh"

mkdir "$work/code"
cp "$top"/tests/migration/ledger/* "$work/code/"
for line in "${left_out[@]}"; do sed -i "/$line/d" "$work/code/divio.yaml"; done
git -C "$work/code" init -q -b main
git -C "$work/code" add -A
git -C "$work/code" -c user.name=bench -c user.email=bench@localhost commit -q -m ledger
export DIVIOCTL_HOME=$work/home DIVIOCTL_ENV=live NO_COLOR=1
unset DOCKER_HOST
divioctl() { "$binary" -C "$work/code" "$@"; }
divioctl region add from --endpoint "$from" --address "$from_address" --ingress-port "$port" --default >/dev/null
divioctl region add to --endpoint "$to" --address "$to_address" --ingress-port "$port" >/dev/null
divioctl deploy --quiet >/dev/null

visit() { "$here/writers.pl" "$from_address" "$port" "$writers" "$1" "$rate" & visitors=$!; }
leave() {
  kill "$visitors"
  wait "$visitors" 2>/dev/null || true
  visitors=""
}
milliseconds() { echo $(($(now) / 1000000)); }
# What writers were told between two moments: how many writes a second were acknowledged, the longest time between two of these in
# ms, and how many failed.
told() { # FILE BEGAN ENDED
  sort -n "$1" | awk -v began="$2" -v ended="$3" '$1 < began || $1 > ended {next} $2 != 200 {failed++; next}
    {if (last && $1 - last > gap) gap = $1 - last; last = $1; count++} END {printf "%.0f %.0f %d\n", count * 1000 / (ended - began), gap, failed}'
}
per_second() { # FILE: how many writes a second, for a while
  local began
  began=$(milliseconds)
  sleep "$seconds"
  told "$1" "$began" "$(milliseconds)" | cut -d' ' -f1
}

# What following costs the source is only to be seen where the target does not take its processors: each host gets one of two cores to
# itself, and whoever writes and what makes the distance share the target's.
on_core() { # CORES ENGINE
  local id
  for id in $(docker -H "$2" ps -q); do
    { docker -H "$2" top "$id" -eo pid 2>/dev/null || true; } | tail -n +2 | while read -r pid; do taskset -acp "$1" "$pid" >/dev/null 2>&1 || true; done
  done
}
writers_on_core() { # CORES
  local pid
  for pid in "$visitors" $(pgrep -P "$visitors"); do taskset -cp "$1" "$pid" >/dev/null; done
}
distance_on_core() { # CORES
  local pid
  for pid in $(pgrep -f testbed/delay.pl); do taskset -cp "$1" "$pid" >/dev/null; done
}
one_core_each() {
  on_core 0 "$from"
  on_core 1 "$to"
  writers_on_core 1
  distance_on_core 1
}
all_cores() {
  on_core 0,1 "$from"
  on_core 0,1 "$to"
  writers_on_core 0,1
  distance_on_core 0,1
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
  docker -H "$from" exec "$source" sh -c "rm -rf /tmp/dump && pg_dump -U postgres -Fd -j2 --no-publications --no-subscriptions --exclude-schema='divio_migration_*' -f /tmp/dump $database && tar -C /tmp -c dump" |
    docker -H "$to" exec -i "$target" sh -c 'rm -rf /tmp/dump && tar -C /tmp -x'
  docker -H "$to" exec "$target" pg_restore -U postgres -Fd -j2 --no-owner --no-privileges -d by_hand /tmp/dump 2>/dev/null || true  # but for what the migration has there
  awk "BEGIN {printf \"%.1f\", ($(now) - $began) / 1e9}"
  docker -H "$from" exec "$source" rm -rf /tmp/dump
  docker -H "$to" exec "$target" sh -c 'rm -rf /tmp/dump; psql -Xq -U postgres -c "DROP DATABASE by_hand"'
}

# Cut-overs there and back under the writers, each next to one by hand.
cut_over() { # MB WHERE LIMIT
  local began gap lost failed=0
  : >"$work/ours" && : >"$work/theirs" && : >"$work/ratios"
  for _ in $(seq "$rounds"); do
    began=$(milliseconds)
    divioctl migrate "$next" --max-pause 10s >/dev/null
    next=reverse
    sleep 1
    read -r _ gap lost <<<"$(told "$work/log" "$began" "$(milliseconds)")"
    by_hand >>"$work/theirs"
    echo "$gap" >>"$work/ours"
    awk "BEGIN {printf \"%.2f\n\", $gap / $(tail -n 1 "$work/theirs")}" >>"$work/ratios"
    failed=$((failed + lost))
    [ "$lost" = 0 ] || awk -v began="$began" '$1 >= began && $2 != 200 {printf "-- a write failed %.0f ms after the command %s began: status %s\n", $1 - began, command, $2}' command="$next" "$work/log" >&2
  done
  gap=$(middle <"$work/ours")
  report "longest wait between two acknowledged writes in a cut-over, $1 MB, $2, $failed writes failed / the steps by hand" \
    "$gap ms" "$(middle <"$work/theirs") ms" "$(middle <"$work/ratios")" "< $3 ms" "$(awk "BEGIN {print ($gap < $3) ? \"met\" : \"NOT MET\"}")"
}

# What the target's following costs the source: before each of some beginnings and after it, for the speed of a machine drifts.
follow_in_turn() { # MB MILLISECONDS
  local alone following ratio wanted
  : >"$work/ours" && : >"$work/theirs" && : >"$work/ratios"
  for _ in $(seq "$rounds"); do
    one_core_each
    sleep 2
    alone=$(per_second "$work/log")
    all_cores
    start_to_follow
    one_core_each
    sleep 2
    following=$(per_second "$work/log")
    all_cores
    divioctl migrate abort --quiet --yes >/dev/null
    echo "$following" >>"$work/ours"
    echo "$alone" >>"$work/theirs"
    awk "BEGIN {printf \"%.3f\n\", $following / $alone}" >>"$work/ratios"
  done
  ratio=$(middle <"$work/ratios")
  [ "$rate" = 0 ] || wanted=", $rate a second wanted"
  report "writes a second while the target follows, $1 MB, $2 ms, a core for each host${wanted-} / before the move" "$(middle <"$work/ours")" "$(middle <"$work/theirs")" "$ratio" ">= 0.8" \
    "$(awk "BEGIN {print ($ratio >= 0.8) ? \"met\" : \"NOT MET\"}")"
}
start_to_follow() { divioctl migrate start --to to --hold-cutover --max-pause 10s >/dev/null 2>"$work/started"; }

# From a region to the other one and as often back and there again, under writers, with that much data and distance.
move() { # MB MILLISECONDS
  : >"$work/log"
  visit "$work/log"
  follow_in_turn "$1" "$2"
  start_to_follow
  next=cutover
  cut_over "$1" "$2 ms between the hosts" "$([ "$2" = 0 ] && echo 150 || echo 600)"
  leave
  if [ "$2" = 0 ]; then compare_copying "$1"; fi
  [ "$(divioctl migrate show -o json | sed -n 's/.*"serves":"\([^"]*\)".*/\1/p')" = from ] || divioctl migrate reverse --max-pause 10s >/dev/null
  divioctl migrate finalize --quiet --yes --keep-backup 0 --forward 0 >/dev/null
}

# With fewer sessions for each instance: both sets of instances have theirs until the old one is stopped.
move_within() { # MB
  divioctl variable set PROCESSES=3 >/dev/null
  divioctl deploy --quiet >/dev/null
  : >"$work/log"
  visit "$work/log"
  sleep 2
  divioctl service move default --to dedicated --hold-cutover --max-pause 10s >/dev/null 2>&1
  next=cutover
  cut_over "$1" "within a region" 150
  leave
  divioctl migrate show -o json | grep -q '"serves":"divio-from-postgres-15"' || divioctl migrate reverse --max-pause 10s >/dev/null
  divioctl migrate finalize --quiet --yes --keep-backup 0 >/dev/null
}

# By hand it goes by way of this machine, whatever the distance is.
compare_copying() { # MB
  local ours theirs ratio
  ours=$(sed -n "s/.*copy 'default', and follow it: done in //p" "$work/started" | awk '{print ($2 == "min") ? $1 * 60 + $3 : $1}')
  theirs=$(copy_by_hand)
  ratio=$(awk "BEGIN {printf \"%.3f\", $theirs / $ours}")
  report "copying a database of $1 MB, with what is written meanwhile: speed / pg_dump -Fd -j2, pg_restore -j2" "$ours s" "$theirs s" "$ratio" ">= 0.9" \
    "$(awk "BEGIN {print ($ratio >= 0.9) ? \"met\" : \"NOT MET\"}")"
}

for size in $sizes; do
  fill "$size"
  if [ -n "$within" ]; then
    start_servers
    move_within "$size"
    stop_servers
    continue
  fi
  for distance in $distances; do
    [ "$distance" = 0 ] || "$top/tests/testbed/distance.sh" start "$from_address" "$to_address" "$distance"
    start_servers
    move "$size" "$distance"
    stop_servers
    [ "$distance" = 0 ] || "$top/tests/testbed/distance.sh" stop "$from_address" "$to_address"
  done
done
