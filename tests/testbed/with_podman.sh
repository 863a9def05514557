#!/usr/bin/env bash
# with_podman.sh IMAGE|all COMMAND...: runs it with a Podman of its own (podman.sh), which has this image or all that tests
# start from: DIVIO_TEST_ENGINE and DIVIO_TEST_ADDRESS say which. It is made for the command and gone after it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export DIVIO_TESTBED_OWNER=$$
name=podman-$$
"$here/podman.sh" sweep
trap '"$here/podman.sh" stop "$name"' EXIT
trap 'exit 130' INT TERM
found=$("$here/podman.sh" start "$name")
eval "$found"
export DIVIO_TEST_ENGINE DIVIO_TEST_ADDRESS
images=("$1")
[ "$1" != all ] || images=()
"$here/images.sh" "$DIVIO_TEST_ENGINE" ${images[@]+"${images[@]}"}
shift
"$@"
