#!/usr/bin/env bash
# Media in S3 with the program itself: the memory it takes to push and to pull a large file and many small ones.
#
#   tests/bench/media_s3.sh BUILD ENDPOINT   BUILD: a folder of a release build with the target divioctl
#
# The S3 server is that of the tests (tests/storage/s3_server.py). Needs the command time. Prints rows of
# docs/performance.md's table. Nothing here asserts a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"

build=$(cd "${1:?usage: media_s3.sh BUILD ENDPOINT}" && pwd)
export DOCKER_HOST=${2:?usage: media_s3.sh BUILD ENDPOINT}
work=$(mktemp -d /var/tmp/divio-bench-XXXXXX)  # whose file system has extended attributes, as the S3 server needs
export DIVIOCTL_HOME=$work/home DIVIOCTL_INGRESS_PORT=18390 XDG_CONFIG_HOME=$work/config
divioctl() { "$build/cli/divioctl" -C "$work/code" -e live --quiet --yes "$@"; }
leave() {
  divioctl destroy >/dev/null 2>&1 || true
  docker rm -f divio-ingress-local >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap leave EXIT

"$here/../testbed/images.sh" "$DOCKER_HOST" debian:bookworm-slim haproxy:2.6
mkfifo "$work/life"
/usr/bin/python3 "$here/../storage/s3_server.py" "$work/swift" <"$work/life" >"$work/port" &
exec 9>"$work/life"  # the server ends with this script
until [ -s "$work/port" ]; do
  kill -0 $!
  sleep 0.1
done

"$here/../../examples/hello/make-codebase.sh" "$work/code"
cat >"$work/code/divio.yaml" <<'YAML'
project: bench-media
processes: {web: {port: 8000, health: {path: /healthz}}}
services: {media: {type: media, storage: s3}}
environments: {live: {branch: main}}
YAML
git -C "$work/code" -c user.name=bench -c user.email=bench@localhost commit -qam "Media in S3"
divioctl service add media --type media --s3-endpoint "http://127.0.0.1:$(cat "$work/port")" --s3-bucket files \
  --access-key test:tester <<<testing >/dev/null
divioctl deploy >/dev/null

mkdir -p "$work/large" "$work/small" "$work/back"
head -c 2G /dev/urandom >"$work/large/film"
perl -e 'for my $i (0 .. 4999) { open(my $f, ">", "$ARGV[0]/$i") or die; print {$f} $i x 1000 }' "$work/small"

# memory NAME WORDS...: the largest that the command had in memory at once
memory() {
  local name=$1 most
  shift
  /usr/bin/time -f %M -o "$work/most" "$build/cli/divioctl" -C "$work/code" -e live --quiet --yes "$@" >/dev/null
  most=$(tail -1 "$work/most")
  report "$name" "$(awk "BEGIN {printf \"%.1f MiB\", $most / 1024}")" "" "" "< 64 MiB" \
    "$(awk "BEGIN {print ($most < 65536) ? \"met\" : \"NOT MET\"}")"
}
memory "memory of divioctl while it pushes a file of 2 GB to S3" media push "$work/large" --delete
memory "the same while it pulls it" media pull "$work/back"
cmp "$work/large/film" "$work/back/film"
memory "the same while it pushes 5,000 small files to S3" media push "$work/small" --delete
