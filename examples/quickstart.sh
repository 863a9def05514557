#!/usr/bin/env bash
# From a fresh machine to a web application that answers: installs what is missing, starts a Docker engine if none
# answers, builds divioctl, and deploys the guestbook beside this script to `live` with two web replicas.
#
#   examples/quickstart.sh           again whenever you like: what is there already stays as it is
#   examples/quickstart.sh --clean   removes what it made (installed packages stay)
#
# DIVIO_BUILD_FOLDER: a build of divioctl to use; by default build/release.
# DIVIOCTL_INGRESS_PORT: where the application is reached; by default 80, or the first free one from 8080 on.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=examples/setup/machine.sh
. "$top/examples/setup/machine.sh"
# shellcheck source=examples/setup/engine.sh
. "$top/examples/setup/engine.sh"
# shellcheck source=examples/setup/images.sh
. "$top/examples/setup/images.sh"

states=${XDG_STATE_HOME:-$HOME/.local/state}
notes=$states/divioctl-quickstart  # what it made, so that --clean removes that and nothing else
home=${DIVIOCTL_HOME:-$states/divioctl}
endpoint=${DOCKER_HOST:-unix:///var/run/docker.sock}
build=${DIVIO_BUILD_FOLDER:-$top/build/release}
compiler_cache=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ccache}
divioctl() { "$build/cli/divioctl" -C "$top/examples/guestbook" "$@"; }

noted() { grep -qxF -e "$1" "$notes/made" 2>/dev/null; }
note() { noted "$1" || echo "$1" >>"$notes/made"; }
note_if_new() { [ -e "$2" ] || note "$1 $2"; }  # KIND PATH, before it is made

# Packages and engines need root; a user who has both, and may talk to the engine, does not.
take_rights() {
  if [ -n "$(missing_packages build engine)" ] || ! engine_answers "$endpoint"; then become_root "$@"; fi
}

start_engine() {
  ! engine_answers "$endpoint" || return 0
  [ -z "${DOCKER_HOST:-}" ] || die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST: start it, or unset DOCKER_HOST to have one started here"
  if [ -d /run/systemd/system ]; then
    say "starting the Docker engine (systemctl start docker)"
    systemctl start docker || die "systemctl start docker failed; journalctl -u docker says why"
    note "engine systemd"
    engine_answers "$endpoint" || die "the Docker engine runs, but does not answer at $endpoint"
    return
  fi
  say "starting a Docker engine"
  mkdir -p "$notes/engine"
  note "engine own"
  rm -f "$notes/engine/docker.pid"
  launch "$notes/engine/log" "$notes/engine.pid" dockerd --host "$endpoint" --pidfile "$notes/engine/docker.pid" \
    --data-root "$notes/engine/data" --exec-root "$notes/engine/exec"
  wait_for_engine "$endpoint" "$notes/engine.pid" "$notes/engine/log"
}

get_images() {
  local image
  note_if_new folder "${image_cache%/*}"
  note_if_new folder "$image_cache"
  for image in debian:bookworm-slim haproxy:2.6 postgres:15; do
    has_image "$endpoint" "$image" || note "image $image"
    provide_image "$endpoint" "$image"
  done
}

build_divioctl() {
  note_if_new folder "$compiler_cache"
  note_if_new folder "$(dirname "$build")"
  note_if_new folder "$build"
  say "building divioctl (some minutes the first time)"
  if [ ! -e "$build/build.ninja" ]; then quietly "configuring divioctl" cmake --preset release -S "$top" -B "$build"; fi
  quietly "building divioctl" cmake --build "$build" --target divioctl
}

is_free() {  # PORT: nothing on this machine listens there
  ! awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# A catalogue that was there before has its port already.
choose_port() {
  local port
  if [ -z "${DIVIOCTL_INGRESS_PORT:-}" ] && noted "home $home"; then
    if [ ! -s "$notes/port" ]; then
      for port in 80 $(seq 8080 8180); do
        if is_free "$port"; then break; fi
      done
      echo "$port" >"$notes/port"
    fi
    DIVIOCTL_INGRESS_PORT=$(cat "$notes/port")
    export DIVIOCTL_INGRESS_PORT
  fi
}

field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }  # of a line of JSON, a text

deploy() {
  say "deploying examples/guestbook to live"
  if ! divioctl deploy -e live >&2; then
    note_catalogue
    die "the deployment failed; the lines above say why"
  fi
  note_catalogue
}

# The label that everything made from the catalogue in $home has.
note_catalogue() {
  local container=""
  read -r container < <(docker -H "$endpoint" ps -aq --filter label=divio.project=guestbook --filter label=divio.environment=live) || true
  if [ -n "$container" ] && noted "home $home"; then
    note "catalogue $(docker -H "$endpoint" inspect -f '{{index .Config.Labels "divio.catalogue"}}' "$container")"
  fi
}

# Asks the way a browser does, without relying on how this machine resolves *.localhost.
check_answer() {
  local url host_and_port host port tries=50
  url=$(divioctl status -e live --output json | field url)
  host_and_port=${url#*://}
  host_and_port=${host_and_port%%/*}
  host=${host_and_port%%:*}
  port=${host_and_port##*:}
  [ "$port" != "$host" ] || port=80
  until curl -sf -o /dev/null --max-time 10 --resolve "$host:$port:${DIVIO_TEST_ADDRESS:-127.0.0.1}" "$url"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || die "$url does not answer; divioctl doctor may know why"
    sleep 0.2
  done
  say "the guestbook answers. Look further with: alias divioctl='$build/cli/divioctl -C $top/examples/guestbook'; divioctl status -e live"
  echo "$url"
}

bring_up() {
  require_known_system
  take_rights "$@"
  mkdir -p "$notes"
  touch "$notes/made"
  install_packages build engine
  start_engine
  get_images
  build_divioctl
  note_if_new home "$home"
  choose_port
  deploy
  check_answer
  local made
  for made in "$notes" "$home" "$image_cache" "$build" "$compiler_cache"; do give_back "$made"; done
}

# Everything with the label of a catalogue, its ingress too.
remove_labelled() {
  local catalogue=$1 kind
  docker -H "$endpoint" ps -aq --filter "label=divio.catalogue=$catalogue" | xargs -r docker -H "$endpoint" rm -f -v >/dev/null
  for kind in network volume; do
    docker -H "$endpoint" "$kind" ls -q --filter "label=divio.catalogue=$catalogue" | xargs -r docker -H "$endpoint" "$kind" rm >/dev/null
  done
  docker -H "$endpoint" images -q --filter "label=divio.catalogue=$catalogue" | sort -u | xargs -r docker -H "$endpoint" rmi -f >/dev/null
}

remove_project() {
  local catalogue
  [ -x "$build/cli/divioctl" ] || return 0
  say "destroying the project guestbook"
  divioctl destroy --whole-project --yes >&2 || say "it could not be destroyed; what is left of it is removed below"
  while read -r catalogue; do remove_labelled "$catalogue"; done < <(sed -n 's/^catalogue //p' "$notes/made")
}

remove_images() {
  local image
  for image in postgres:15 haproxy:2.6 debian:bookworm-slim; do
    if noted "image $image"; then docker -H "$endpoint" rmi "$image" >/dev/null 2>&1 || say "$image stays: something uses it"; fi
  done
}

stop_engine() {
  if noted "engine own"; then
    say "stopping the Docker engine"
    stop_recorded "$notes/engine.pid" 60
    unmount_below "$notes/engine"
  elif noted "engine systemd"; then
    say "stopping the Docker engine"
    systemctl stop docker.socket docker
  fi
}

clean() {
  [ -e "$notes/made" ] || { say "nothing to clean: examples/quickstart.sh has made nothing here"; return; }
  [ -w "$notes/made" ] || become_root "$@"
  if engine_answers "$endpoint"; then
    remove_project
    remove_images
  fi
  stop_engine
  ! noted "home $home" || rm -rf "$home"
  local kind path
  while read -r kind path; do
    [ "$kind" != folder ] || rm -rf --one-file-system "$path"
  done <"$notes/made"
  rm -rf --one-file-system "$notes"
  say "removed what the quick start made; the packages it installed stay"
}

case "${1:-}" in
  "") bring_up "$@" ;;
  --clean) clean "$@" ;;
  -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" ;;
  *) die "there is no option $1; --help shows them" ;;
esac
