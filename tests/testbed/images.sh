#!/usr/bin/env bash
# Puts the images that tests start from into an engine: images.sh ENDPOINT [IMAGE...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=examples/setup/machine.sh
. "$here/../../examples/setup/machine.sh"
# shellcheck source=examples/setup/images.sh
. "$here/../../examples/setup/images.sh"

endpoint=${1:?usage: images.sh ENDPOINT [IMAGE...]}
shift
[ $# -gt 0 ] || set -- debian:bookworm-slim haproxy:2.6 postgres:15 mariadb:10.11 redis:7
for image; do provide_image "$endpoint" "$image"; done
