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
# shellcheck source=tests/bench/site.sh
. "$here/site.sh" "${1:?usage: media_s3.sh BUILD ENDPOINT}" "${2:?usage: media_s3.sh BUILD ENDPOINT}"

mkfifo "$work/life"
/usr/bin/python3 "$here/../storage/s3_server.py" "$work/swift" <"$work/life" >"$work/port" &
exec 9>"$work/life"  # the server ends with this script
until [ -s "$work/port" ]; do
  kill -0 $!
  sleep 0.1
done

codebase "services: {media: {type: media, storage: s3}}"
divioctl service add media --type media --s3-endpoint "http://127.0.0.1:$(cat "$work/port")" --s3-bucket files \
  --access-key test:tester <<<testing >/dev/null
divioctl deploy >/dev/null

mkdir -p "$work/large" "$work/small" "$work/back"
head -c 2G /dev/urandom >"$work/large/film"
perl -e 'for my $i (0 .. 4999) { open(my $f, ">", "$ARGV[0]/$i") or die; print {$f} $i x 1000 }' "$work/small"

memory "memory of divioctl while it pushes a file of 2 GB to S3" "${program[@]}" media push "$work/large" --delete
memory "the same while it pulls it" "${program[@]}" media pull "$work/back"
cmp "$work/large/film" "$work/back/film"
memory "the same while it pushes 5,000 small files to S3" "${program[@]}" media push "$work/small" --delete
