#!/usr/bin/env bash
# The quick start on an engine of its own: it brings up what answers, does nothing the second time, and --clean leaves
# nothing behind.
set -euo pipefail
# shellcheck source=tests/scripts/check.sh
. "$(dirname "$0")/check.sh"
need_engine

unset "${!DIVIOCTL_@}"
DIVIO_TESTBED_OWNER=$$ "$top/tests/testbed/engine.sh" start "quick-$$" >"$work/engine"
at_end+=("$top/tests/testbed/engine.sh stop quick-$$")
# shellcheck disable=SC1091  # two assignments
. "$work/engine"
export DOCKER_HOST=$DIVIO_TEST_ENGINE DIVIO_TEST_ADDRESS XDG_STATE_HOME=$work/state DIVIOCTL_INGRESS_PORT=8137
quickstart=$top/examples/quickstart.sh
started() { docker ps -q | xargs docker inspect -f '{{.Id}} {{.State.StartedAt}}'; }
everything() { docker ps -aq --no-trunc; docker volume ls -q; docker images -q; docker network ls -qf type=custom; }

check "--clean before anything was made does nothing" "$quickstart" --clean
before=$(everything)
url=$("$quickstart")
check "it prints the address and nothing else" equals "$url" http://guestbook.localhost:8137
page=$(curl -s --resolve "guestbook.localhost:8137:$DIVIO_TEST_ADDRESS" "$url/")
check "the guestbook answers there" contains "$page" "<h1>Guestbook</h1>"
check "two web replicas run" equals "$(docker ps -qf label=divio.process=web | wc -l)" 2

there=$(everything)
started=$(started)
check "a second run prints the same" equals "$("$quickstart")" "$url"
check "makes nothing new" equals "$(everything)" "$there"
check "and restarts nothing" equals "$(started)" "$started"

check "--clean succeeds" "$quickstart" --clean
check "and leaves the engine as it was" equals "$(everything)" "$before"
check "and no state" equals "$(find "$work/state" -mindepth 1)" ""
check "an option it does not know is refused" fails "$quickstart" --cleen
