#!/usr/bin/env bash
# A test engine serves at its own address, survives what machines go through, and leaves nothing when it is stopped.
set -euo pipefail
# shellcheck source=tests/scripts/check.sh
. "$(dirname "$0")/check.sh"
need_engine

name=bed-$$
bed() { DIVIO_TESTBED_OWNER=$$ "$top/tests/testbed/engine.sh" "$1" "$name"; }
traces() {
  { ip netns list; ip -o link show; iptables-save; cat /proc/self/mounts; } | grep -E "divio-$name|$link\>|$name/" || true
  find /sys/fs/cgroup -path "*/divio-$name*"
}
answers() { curl -sf -o /dev/null --max-time 2 "http://$DIVIO_TEST_ADDRESS:8138/"; }
answers_soon() {
  local tries=100
  until answers; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

clear_containers() { docker ps -aq | xargs docker rm -f >/dev/null; }

bed start >"$work/engine"
at_end+=("bed stop")
# shellcheck disable=SC1091  # two assignments
. "$work/engine"
export DOCKER_HOST=$DIVIO_TEST_ENGINE
link=$(ip -o route get "$DIVIO_TEST_ADDRESS" | sed 's/.* dev \([^ ]*\).*/\1/')
check "what it makes is seen" fails equals "$(traces)" ""

hello=${HELLO_BINARY:-$work/hello}
[ -x "$hello" ] || "$top/examples/hello/build.sh" "$hello"
HELLO_BINARY=$hello "$top/examples/hello/make-codebase.sh" "$work/codebase"
docker build -q -t hello "$work/codebase" >/dev/null 2>&1
docker run -d --restart unless-stopped -p 8138:8000 hello >/dev/null
check "a container answers at the engine's address" answers_soon
clear_containers

mkdir "$work/engines"
cp "$work/engine" "$work/engines/one"
with_engine() { DIVIO_TEST_ENGINES=$work/engines "$top/tests/testbed/with_engine.sh" "$@"; }
leave='docker network create left >/dev/null && docker run -d -v left:/left --network left hello >/dev/null'
left='{ docker ps -aq; docker volume ls -q; docker network ls -q --filter type=custom; } | wc -l'
check "a test that fails is a failure" fails with_engine bash -c "$leave && false"
check "and what it left is not there for the next one" equals "$(with_engine bash -c "$left")" 0
check "what a test leaves that passes is seen by the next one" equals "$(with_engine bash -c "$leave" && with_engine bash -c "$left")" 3
clear_containers

docker run -d --restart unless-stopped -p 8138:8000 hello >/dev/null
check "a container answers at the engine's address again" answers_soon
bed disconnect
check "nothing reaches it while it is disconnected" fails answers
bed connect
check "and then it answers again" answers
bed forget
check "also when connections to it were forgotten" answers
bed restart
check "it comes back when the engine was restarted" answers_soon
bed crash
check "a power cut ends it" fails answers
bed resume
check "and it comes back with the power" answers_soon
bed halt
check "a halted engine does not answer" fails docker version
bed disconnect
# Under the test bed's lock, for the next engine of whichever test gets the number that is free now.
left=$(flock /run/lock/divioctl-testbed bash -c "$(declare -f bed traces); $(declare -p top name link); bed stop; traces")
check "nothing is left of a stopped engine" equals "$left" ""
