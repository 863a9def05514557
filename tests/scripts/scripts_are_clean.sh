#!/usr/bin/env bash
# Every shell script of the project passes shellcheck.
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t scripts < <(find . -path ./build -prune -o -name '*.sh' -print)
shellcheck --external-sources --source-path=. "${scripts[@]}" .ci/run
