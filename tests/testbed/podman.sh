#!/usr/bin/env bash
# Podman engines of the tests' own, beside the Docker ones of engine.sh: each a host of its own, with its own network and
# address, its own images, volumes and networks, and a socket that speaks Docker's API.
#
#   podman.sh start NAME   starts one and prints DIVIO_TEST_ENGINE=... and DIVIO_TEST_ADDRESS=...
#   podman.sh show NAME    prints them again
#   podman.sh stop NAME    ends it and removes everything of it
#   podman.sh sweep        stops those whose owner (DIVIO_TESTBED_OWNER, a process) is gone
#
# DIVIO_TESTBED: as for engine.sh; Podman's are in the folder podman/ of it. Runs as root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=examples/setup/machine.sh
. "$here/../../examples/setup/machine.sh"
# shellcheck source=examples/setup/engine.sh
. "$here/../../examples/setup/engine.sh"
# shellcheck source=tests/testbed/network.sh
. "$here/network.sh"

bed=${DIVIO_TESTBED:-/var/tmp/divioctl-testbed}/podman

number_in() { cat "$1/number" 2>/dev/null || true; }

show() {
  local folder=$bed/$1 number
  number=$(number_in "$folder")
  [ -n "$number" ] || die "there is no Podman $1"
  echo "DIVIO_TEST_ENGINE=unix://$folder/podman.sock"
  echo "DIVIO_TEST_ADDRESS=$(address_of "$number")"
}

# Every process that lives in its network, in its containers, or watches one of them (conmon).
inhabitants() {
  ip netns pids "$(namespace_of "$1")" 2>/dev/null || true
  find /sys/fs/cgroup -path "*/divio-$1/*" -name cgroup.procs -exec cat {} + 2>/dev/null || true
}

stop() {
  local folder=$bed/$1 tries=100 found
  while found=$(inhabitants "$1" | sort -u) && [ -n "$found" ] && [ "$tries" -gt 0 ]; do
    # shellcheck disable=SC2086  # one argument each
    kill -KILL $found 2>/dev/null || true
    sleep 0.1
    tries=$((tries - 1))
  done
  unmount_below "$folder"
  find /sys/fs/cgroup -depth -type d -path "*/divio-$1*" -exec rmdir {} + 2>/dev/null || true
  remove_network "$1" "$(number_in "$folder")"
  rm -rf --one-file-system "${folder:?}"
}

# No systemd is asked for anything, and names without a registry are looked for nowhere. runc is there with Docker's
# engine, and copes with machines that have both versions of cgroups mounted, as crun does not. Containers get limits that
# need no right to raise them: Podman's own are higher than what a process has that runs in a container itself.
write_settings() {  # FOLDER NAME
  cat >"$1/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
events_logfile_path = "$1/events.log"
[network]
network_backend = "netavark"
CONF
  printf 'unqualified-search-registries = []\nshort-name-mode = "disabled"\n' >"$1/registries.conf"
  printf '[storage]\ndriver = "overlay"\nrunroot = "%s/run"\ngraphroot = "%s/data"\n' "$1" "$1" >"$1/storage.conf"
}

resume() {
  local folder=$bed/$1
  launch "$folder/podman.log" "$folder/podman.pid" env "CONTAINERS_CONF=$folder/containers.conf" \
    "CONTAINERS_REGISTRIES_CONF=$folder/registries.conf" "CONTAINERS_STORAGE_CONF=$folder/storage.conf" \
    nsenter "--net=/run/netns/$(namespace_of "$1")" podman --root "$folder/data" --runroot "$folder/run" \
    --tmpdir "$folder/tmp" --network-config-dir "$folder/networks" --cgroup-manager cgroupfs \
    system service --time=0 "unix://$folder/podman.sock"
  wait_for_engine "unix://$folder/podman.sock" "$folder/podman.pid" "$folder/podman.log"
}

start() {
  local name=$1 folder=$bed/$1
  mkdir -p "$bed"
  {
    flock 9
    if [ -e "$folder/owner" ] && [ "$(recorded_process "$folder/owner" || true)" != "${DIVIO_TESTBED_OWNER:-}" ] &&
      recorded_process "$folder/owner" >/dev/null; then
      die "the Podman $name belongs to process $(recorded_process "$folder/owner")"
    fi
    stop "$name"
    mkdir -p "$folder"/{data,run,tmp,networks}
    [ -z "${DIVIO_TESTBED_OWNER:-}" ] || remember_process "$folder/owner" "$DIVIO_TESTBED_OWNER"
    free_number >"$folder/number"
    make_network "$name" "$(number_in "$folder")"
  } 9>/run/lock/divioctl-testbed
  write_settings "$folder"
  resume "$name"
  show "$name"
}

sweep() {
  local folder
  for folder in "$bed"/*/; do
    [ -e "$folder/owner" ] || continue
    recorded_process "$folder/owner" >/dev/null || stop "$(basename "$folder")"
  done
}

[ "$(id -u)" = 0 ] || die "test engines need root"
verb=${1:-} name=${2:-}
usage="usage: podman.sh start|show|stop NAME, or podman.sh sweep"
[ "$verb" != sweep ] || { sweep; exit; }
[[ $name =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die "$usage"
case $verb in
  start | show | stop) "$verb" "$name" ;;
  *) die "$usage" ;;
esac
