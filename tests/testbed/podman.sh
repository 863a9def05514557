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
bed=${DIVIO_TESTBED:-/var/tmp/divioctl-testbed}/podman
kind=Podman
socket=podman.sock
# shellcheck source=examples/setup/machine.sh
. "$here/../../examples/setup/machine.sh"
# shellcheck source=examples/setup/engine.sh
. "$here/../../examples/setup/engine.sh"
# shellcheck source=tests/testbed/network.sh
. "$here/network.sh"
# shellcheck source=tests/testbed/hosts.sh
. "$here/hosts.sh"

# No systemd is asked for anything, names without a registry are looked for nowhere, and registries of this machine need
# no TLS. runc is there with Docker's engine, and copes with machines that have both versions of cgroups mounted, as crun
# does not. Containers get limits that need no right to raise them: Podman's own are higher than what a process has that
# runs in a container itself.
write_settings() {  # FOLDER
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
  printf '[[registry]]\nlocation = "10.89.%s.1"\ninsecure = true\n' "$(number_in "$1")" >>"$1/registries.conf"
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
  claim "$name" mkdir -p "$folder"/{data,run,tmp,networks}
  write_settings "$folder"
  resume "$name"
  show "$name"
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
