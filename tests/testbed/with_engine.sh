#!/usr/bin/env bash
# with_engine.sh COMMAND...: runs it with an engine to itself, as soon as one is free: DIVIO_TEST_ENGINE and
# DIVIO_TEST_ADDRESS say which. DIVIO_TEST_ENGINES is a folder of what engine.sh printed, a file an engine; without it
# the command gets the engine that is set already. What a command that failed or was killed left there, and engines that it
# started, are removed before the next one gets it: a failure is one test's.
set -euo pipefail

empty_engine() {
  local docker=(docker --host "$DIVIO_TEST_ENGINE")
  "${docker[@]}" ps --all --quiet | xargs --no-run-if-empty "${docker[@]}" rm --force --volumes
  "$(dirname "$0")/engine.sh" sweep
  "${docker[@]}" volume ls --quiet | xargs --no-run-if-empty "${docker[@]}" volume rm
  "${docker[@]}" network ls --quiet --filter type=custom | xargs --no-run-if-empty "${docker[@]}" network rm
} >/dev/null

[ -n "${DIVIO_TEST_ENGINES:-}" ] || exec "$@"
while :; do
  for file in "$DIVIO_TEST_ENGINES"/*; do
    exec 9<"$file"
    flock -n 9 || continue
    # shellcheck disable=SC1090  # two assignments
    . "$file"
    export DIVIO_TEST_ENGINE DIVIO_TEST_ADDRESS
    used=$DIVIO_TEST_ENGINES/.used-$(basename "$file")
    if [ -e "$used" ]; then empty_engine; fi
    touch "$used"
    code=0
    "$@" 9<&- || code=$?
    [ "$code" != 0 ] || rm "$used"
    exit "$code"
  done
  sleep 0.1
done
