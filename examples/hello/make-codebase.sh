#!/usr/bin/env bash
# Makes a git codebase of this example, the built server in it:
#   make-codebase.sh FOLDER [--base IMAGE]
# --base: start from IMAGE instead of nothing at all, for what needs a shell in the container (release commands, exec).
# HELLO_BINARY: a server built before, to spare building it again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
usage="usage: make-codebase.sh FOLDER [--base IMAGE]"
folder=${1:?$usage}
base=scratch
case "${2:-}" in
  "") ;;
  --base) base=${3:?$usage} ;;
  *) echo "$usage" >&2; exit 2 ;;
esac
if [ -e "$folder/.git" ]; then
  echo "make-codebase.sh: $folder is a git codebase already" >&2
  exit 1
fi

mkdir -p "$folder"
if [ -n "${HELLO_BINARY:-}" ]; then
  cp "$HELLO_BINARY" "$folder/hello"
else
  "$here/build.sh" "$folder/hello"
fi
cp "$here/divio.yaml" "$folder/"
sed "s|^FROM scratch|FROM $base|" "$here/Dockerfile" >"$folder/Dockerfile"

# The author and the time are fixed, so that the same files are the same commit.
export GIT_AUTHOR_NAME=hello GIT_AUTHOR_EMAIL=hello@example.com GIT_AUTHOR_DATE="2026-01-01T00:00:00Z"
export GIT_COMMITTER_NAME=hello GIT_COMMITTER_EMAIL=hello@example.com GIT_COMMITTER_DATE="2026-01-01T00:00:00Z"
git -C "$folder" init -q -b main
git -C "$folder" add -A
git -C "$folder" -c commit.gpgsign=false commit -q -m "The smallest web application"
