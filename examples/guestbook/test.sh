#!/usr/bin/env bash
# Builds the image and runs the application's own tests in it: test.sh [ENDPOINT], by default the engine docker talks to.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
docker=(docker)
[ -z "${1:-}" ] || docker+=(-H "$1")
image=guestbook-test:$$
trap '"${docker[@]}" rmi -f "$image" >/dev/null 2>&1 || true' EXIT
"${docker[@]}" build -q -t "$image" "$here" >/dev/null
"${docker[@]}" run --rm "$image" sh -c 'python3 manage.py makemigrations --check --dry-run && python3 manage.py test'
