#!/usr/bin/env bash
# An image from engine to engine: divioctl build --builder beside docker save | docker load of the same image, in turn.
#
#   tests/bench/transfer.sh            prints rows for the table of docs/performance.md
#   tests/bench/transfer.sh --rounds N how often each pair is measured (default 7)
#
# Starts two Docker engines of its own. Nothing here asserts a time: it prints.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"

rounds=7
[ "${1:-}" != --rounds ] || rounds=$2
binary=${DIVIOCTL:-$top/build/release/cli/divioctl}

work=$(mktemp -d)
clean() {
  "$top/tests/testbed/engine.sh" stop bench-from >/dev/null 2>&1 || true
  "$top/tests/testbed/engine.sh" stop bench-to >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean EXIT
eval "$("$top/tests/testbed/engine.sh" start bench-from)"
from=$DIVIO_TEST_ENGINE
eval "$("$top/tests/testbed/engine.sh" start bench-to)"
to=$DIVIO_TEST_ENGINE
"$top/tests/testbed/images.sh" "$from" debian:bookworm-slim >/dev/null

# A base image with 240 MB that do not compress, and a small codebase on top of it.
mkdir "$work/base" "$work/code"
for i in 1 2 3 4; do head -c 60000000 /dev/urandom >"$work/base/part-$i"; done
printf 'FROM debian:bookworm-slim\nCOPY part-1 part-2 /\nCOPY part-3 part-4 /\n' >"$work/base/Dockerfile"
DOCKER_BUILDKIT=0 docker -H "$from" build -q -t bench-base "$work/base" >/dev/null 2>&1
head -c 1000000 /dev/urandom >"$work/code/part"
printf 'FROM bench-base\nCOPY part /\n' >"$work/code/Dockerfile"
printf 'project: big\n' >"$work/code/divio.yaml"
git -C "$work/code" init -q -b main
git -C "$work/code" add -A
git -C "$work/code" -c user.name=bench -c user.email=bench@localhost commit -q -m big

export DIVIOCTL_HOME=$work/home NO_COLOR=1
unset DOCKER_HOST
divioctl() { "$binary" -C "$work/code" "$@"; }
divioctl region add from --endpoint "$from" --ingress-port 8188 >/dev/null
divioctl region add to --endpoint "$to" --ingress-port 8189 --default >/dev/null
divioctl build --builder from --quiet >/dev/null
image=$(docker -H "$from" image ls --filter label=divio.project=big --format '{{.Repository}}:{{.Tag}}' | head -1)
forget() { docker -H "$to" rmi -f "$image" >/dev/null; }

before_ours() { forget; }
before_theirs() { forget; }
ours() { divioctl build --builder from --quiet; }
theirs() { docker -H "$from" save "$image" | docker -H "$to" load; }
compare "an image of 320 MB to another engine / docker save, docker load" "$rounds" 1.11 ours theirs

forget
memory "memory of divioctl while it brings the image over" "$binary" -C "$work/code" build --builder from --quiet

# The same where the base image is there already: what has to travel is the codebase's layer.
forget
docker -H "$from" save bench-base | docker -H "$to" load >/dev/null
before_upper_ours() { forget; }
before_upper_theirs() { forget; }
upper_ours() { ours; }
upper_theirs() { theirs; }
docker -H "$from" save "$image" | docker -H "$to" load >/dev/null
compare "the same where its base image is there / docker save, docker load" "$rounds" 1.11 upper_ours upper_theirs
