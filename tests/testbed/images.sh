#!/usr/bin/env bash
# Puts the images that tests start from into an engine: images.sh ENDPOINT [IMAGE...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/machine.sh
. "$here/../../scripts/machine.sh"
# shellcheck source=scripts/images.sh
. "$here/../../scripts/images.sh"

endpoint=${1:?usage: images.sh ENDPOINT [IMAGE...]}
shift
[ $# -gt 0 ] || set -- debian:bookworm-slim haproxy:2.6
for image; do provide_image "$endpoint" "$image"; done
