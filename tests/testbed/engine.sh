#!/usr/bin/env bash
# Docker engines of the tests' own, each a host of its own: own network and address, own data, own socket. From elsewhere
# they are reached at tcp://ADDRESS:2376 with the certificates in the folder tls/ beside the socket (tls.sh), and by ssh at
# port 2222 with the configurations in ssh/ (ssh.sh).
#
#   engine.sh start NAME [SIZE]
#                            starts an engine and prints DIVIO_TEST_ENGINE=... and DIVIO_TEST_ADDRESS=...; with a size
#                            ("300M") its data are on a file system of its own, which can be filled up
#   engine.sh show NAME      prints them again
#   engine.sh halt NAME      ends the daemon as a machine does that shuts down
#   engine.sh crash NAME     ends everything in it at once, as a power cut does
#   engine.sh resume NAME    starts it again after halt or crash
#   engine.sh restart NAME   halt and resume
#   engine.sh disconnect NAME  loses all packets between it and anything else
#   engine.sh connect NAME   no longer
#   engine.sh forget NAME    the machine forgets whose addresses it has translated in connections to it
#   engine.sh stop NAME      ends it and removes everything of it
#   engine.sh sweep          stops those whose owner (DIVIO_TESTBED_OWNER, a process) is gone
#
# DIVIO_TESTBED: the folder they live in, by default /var/tmp/divioctl-testbed. Runs as root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bed=${DIVIO_TESTBED:-/var/tmp/divioctl-testbed}
kind="test engine"
socket=docker.sock
# shellcheck source=examples/setup/machine.sh
. "$here/../../examples/setup/machine.sh"
# shellcheck source=examples/setup/engine.sh
. "$here/../../examples/setup/engine.sh"
# shellcheck source=tests/testbed/network.sh
. "$here/network.sh"
# shellcheck source=tests/testbed/hosts.sh
. "$here/hosts.sh"
# shellcheck source=tests/testbed/tls.sh
. "$here/tls.sh"
# shellcheck source=tests/testbed/ssh.sh
. "$here/ssh.sh"

# The file system of an engine that has one, found again after it was crashed.
mount_disk() {  # FOLDER
  [ -e "$1/disk" ] || return 0
  mkdir -p "$1/data"
  mountpoint -q "$1/data" || mount -o loop "$1/disk" "$1/data"
}

make_disk() {  # FOLDER SIZE
  truncate -s "$2" "$1/disk"
  quietly "making a file system of $2" mkfs.ext4 -q -m 0 "$1/disk"
}

# The engine has a containerd of its own too: dockerd would otherwise share the machine's, if one runs.
resume() {
  local folder=$bed/$1 inside
  inside=(nsenter "--net=/run/netns/$(namespace_of "$1")")
  [ -n "$(number_in "$folder")" ] || die "there is no test engine $1"
  if ! recorded_process "$folder/containerd.pid" >/dev/null; then
    launch "$folder/containerd.log" "$folder/containerd.pid" "${inside[@]}" containerd --config "$folder/containerd.toml"
  fi
  rm -f "$folder/docker.pid"
  mount_disk "$folder"
  launch "$folder/dockerd.log" "$folder/dockerd.pid" "${inside[@]}" dockerd \
    --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" --host "unix://$folder/docker.sock" \
    --containerd "$folder/containerd.sock" --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/divio-$1" \
    --host "tcp://$(address_of "$(number_in "$folder")"):2376" --tlsverify --tlscacert "$folder/tls/ca.pem" \
    --insecure-registry 10.89.0.0/16 --tlscert "$folder/tls/server-cert.pem" --tlskey "$folder/tls/server-key.pem"
  recorded_process "$folder/ssh/sshd.pid" >/dev/null || start_ssh "$folder/ssh" "${inside[@]}"
  wait_for_engine "unix://$folder/docker.sock" "$folder/dockerd.pid" "$folder/dockerd.log"
}

# What a machine keeps in memory is gone with it: what runs there is neither known nor in the way afterwards.
cut_power() {
  crash "$1"
  rm -rf --one-file-system "${bed:?}/$1/exec" "${bed:?}/$1/containerd-state"
}

start() {
  local name=$1 folder=$bed/$1
  if [ -n "${2:-}" ]; then claim "$name" make_disk "$folder" "$2"; else claim "$name" true; fi
  make_certificates "$folder/tls" "$(address_of "$(number_in "$folder")")"
  make_ssh "$folder/ssh" "$(address_of "$(number_in "$folder")")"
  cat >"$folder/containerd.toml" <<TOML
version = 2
root = "$folder/containerd"
state = "$folder/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$folder/containerd.sock"
TOML
  resume "$name"
  show "$name"
}

[ "$(id -u)" = 0 ] || die "test engines need root"
verb=${1:-} name=${2:-}
usage="usage: engine.sh start NAME [SIZE], engine.sh show|halt|crash|resume|restart|disconnect|connect|forget|stop NAME, or engine.sh sweep"
[ "$verb" != sweep ] || { sweep; exit; }
[[ $name =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die "$usage"
case $verb in
  start) start "$name" "${3:-}" ;;
  show | resume | stop) "$verb" "$name" ;;
  crash) cut_power "$name" ;;
  disconnect | connect) "${verb}_network" "$(number_in "$bed/$name")" ;;
  forget) forget_connections "$(number_in "$bed/$name")" ;;
  halt) stop_recorded "$bed/$name/dockerd.pid" 60 ;;
  restart)
    stop_recorded "$bed/$name/dockerd.pid" 60
    resume "$name"
    ;;
  *) die "$usage" ;;
esac
