#!/usr/bin/env bash
# Backups with the program itself: the memory it takes to make one of a database and a large file, to try it out and to
# restore it.
#
#   tests/bench/backups.sh BUILD ENDPOINT   BUILD: a folder of a release build with the target divioctl
#
# Needs the command time. Prints rows of docs/performance.md's table. Nothing here asserts a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"
# shellcheck source=tests/bench/site.sh
. "$here/site.sh" "${1:?usage: backups.sh BUILD ENDPOINT}" "${2:?usage: backups.sh BUILD ENDPOINT}"

"$here/../testbed/images.sh" "$DOCKER_HOST" postgres:15
codebase "services: {default: {type: postgres, scope: dedicated}, media: {type: media}}"
divioctl deploy >/dev/null
divioctl service shell default <"$here/database.sql" >/dev/null
mkdir "$work/files"
head -c 1G /dev/urandom >"$work/files/film"
divioctl media push "$work/files" >/dev/null

memory "memory of divioctl while it backs up a database of 200 MB and a file of 1 GB" "${program[@]}" backup create
memory "the same while it tries the backup out" "${program[@]}" backup verify
memory "the same while it restores it" "${program[@]}" backup restore --replace
