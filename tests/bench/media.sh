#!/usr/bin/env bash
# 20,000 small files (1 to 20 KB, 210 MB) into an environment's media: through divioctl's library beside `rsync -a` by hand.
#
#   tests/bench/media.sh BUILD ENDPOINT [ROUNDS]   BUILD: a folder of a release build with the target media_sync
#
# The engine has to be one of this machine (unix://...), so that rsync can write to the same file system: it copies from
# folder to folder, with no engine between. Ours ends with everything on disk; rsync does not wait for the disk, so it is
# measured a second time with `sync -f` after it. Needs rsync and docker. Prints rows of docs/performance.md's table.
# Nothing here asserts a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"

build=${1:?usage: media.sh BUILD ENDPOINT [ROUNDS]}
export DOCKER_HOST=${2:?usage: media.sh BUILD ENDPOINT [ROUNDS]}
rounds=${3:-5}
volume=divio-bench-media-$$
beside=$(docker info --format '{{.DockerRootDir}}')/$volume-beside
work=$(mktemp -d)
remove_volume() { while ! docker volume rm -f "$volume" >/dev/null 2>&1; do sleep 0.1; done; }
trap 'rm -rf "$work" "$beside"; remove_volume' EXIT

"$here/../testbed/images.sh" "$DOCKER_HOST" debian:bookworm-slim haproxy:2.6
mkdir "$work/files"
perl -e '
  my ($folder) = @ARGV;
  open(my $random, "<", "/dev/urandom") or die;
  for my $i (0 .. 19999) {
    my $place = sprintf "%s/%02d", $folder, $i % 100;
    mkdir $place;
    sysread $random, my $bytes, 1000 + $i * 7919 % 19001;
    open(my $file, ">", "$place/$i.bin") or die;
    print {$file} $bytes;
  }' "$work/files"
echo "-- data: $(du -sh --apparent-size "$work/files" | cut -f1) in $(find "$work/files" -type f | wc -l) files" >&2

push() { "$build/tests/media/media_sync" "$DOCKER_HOST" "$volume" push "$work/files" >>"$work/said"; }
new_volume() { remove_volume && docker volume create --label "divio.bench=$volume" "$volume" && sync -f "$work"; }
new_folder() { rm -rf "$beside" && mkdir "$beside" && sync -f "$work"; }
before_first() { new_volume; }
first() { push; }
again() { push; }
before_by_rsync() { new_folder; }
by_rsync() { rsync -a "$work/files/" "$beside/"; }
before_by_rsync_on_disk() { new_folder; }
by_rsync_on_disk() { rsync -a "$work/files/" "$beside/" && sync -f "$beside"; }

compare "media of 20,000 small files pushed: divioctl, on disk at its end / rsync -a from folder to folder" "$rounds" 1.00 first by_rsync
compare "the same beside rsync -a, sync -f" "$rounds" 1.00 first by_rsync_on_disk
compare "the same with nothing changed / its first pass" "$rounds" 0.10 again first
report_memory "memory of divioctl while it pushes" "$(awk 'NF == 2 {if ($1 > most) most = $1} END {print most}' "$work/said")"
