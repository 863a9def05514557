#!/usr/bin/env bash
# with_engine.sh COMMAND...: runs it with an engine to itself, as soon as one is free: DIVIO_TEST_ENGINE and
# DIVIO_TEST_ADDRESS say which. DIVIO_TEST_ENGINES is a folder of what engine.sh printed, a file an engine; without it
# the command gets the engine that is set already.
set -euo pipefail
[ -n "${DIVIO_TEST_ENGINES:-}" ] || exec "$@"
while :; do
  for file in "$DIVIO_TEST_ENGINES"/*; do
    exec 9<"$file"
    flock -n 9 || continue
    # shellcheck disable=SC1090  # two assignments
    . "$file"
    export DIVIO_TEST_ENGINE DIVIO_TEST_ADDRESS
    code=0
    "$@" 9<&- || code=$?
    exit "$code"
  done
  sleep 0.1
done
