# shellcheck shell=bash
# For tests written as shell scripts. Sourced after `set -euo pipefail`; sets `top` and a folder of its own, `work`.
# shellcheck disable=SC2034  # for those who source this
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
at_end=()
finish() {
  local i
  for ((i = ${#at_end[@]} - 1; i >= 0; i--)); do eval "${at_end[i]}" || true; done
  rm -rf "$work"
}
trap finish EXIT

# check WHAT COMMAND...: the command has to succeed.
check() {
  local what=$1
  shift
  if ! "$@"; then
    echo "not so: $what ($*)" >&2
    exit 1
  fi
  echo "ok: $what"
}

equals() { [ "$1" = "$2" ] || { printf 'got  %s\nwant %s\n' "$1" "$2" >&2; return 1; }; }
contains() { [[ $1 == *"$2"* ]] || { printf 'got  %s\nwithout %s\n' "$1" "$2" >&2; return 1; }; }
fails() { ! "$@"; }

need_engine() {
  [ -n "${DIVIO_TEST_ENGINE:-}" ] || { echo "this test needs an engine: run it with tests/run.sh $(basename "$0" .sh)" >&2; exit 1; }
}
