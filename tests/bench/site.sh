#!/usr/bin/env bash
# Sourced with BUILD ENDPOINT: examples/hello as an environment of the release build's divioctl at this engine, and a folder
# $work. Both are gone at the end, with all that was deployed.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)
export DOCKER_HOST=$2
work=$(mktemp -d /var/tmp/divio-bench-XXXXXX)  # whose file system has extended attributes, as the S3 server of the tests needs
export DIVIOCTL_HOME=$work/home DIVIOCTL_INGRESS_PORT=18390 XDG_CONFIG_HOME=$work/config
program=("$build/cli/divioctl" -C "$work/code" -e live --quiet --yes)
divioctl() { "${program[@]}" "$@"; }
leave_site() {
  divioctl destroy >/dev/null 2>&1 || true
  docker rm -f divio-ingress-local >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap leave_site EXIT
"$here/../testbed/images.sh" "$DOCKER_HOST" debian:bookworm-slim haproxy:2.6

# codebase LINE: the codebase, with this line in its divio.yaml
codebase() {
  "$here/../../examples/hello/make-codebase.sh" "$work/code"
  printf '%s\n' "project: bench" "processes: {web: {port: 8000, health: {path: /healthz}}}" "environments: {live: {branch: main}}" \
    "$1" >"$work/code/divio.yaml"
  git -C "$work/code" -c user.name=bench -c user.email=bench@localhost commit -qam "$1"
}
