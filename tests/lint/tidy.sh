#!/usr/bin/env bash
# tidy.sh BUILD-FOLDER [FILE...]: clang-tidy, with the checks of .clang-tidy, over lib/ and cli/ or these files of them.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Without what only g++ understands: its precompiled headers and its sanitizers' runtime.
sed -E 's/ -fpch-preprocess| -Winvalid-pch| -include [^ ]*cmake_pch\.hxx| -f(no-)?sanitize[^ ]*//g' \
  "$build/compile_commands.json" >"$work/compile_commands.json"

[ $# -gt 0 ] || mapfile -t files < <(find "$top/lib" "$top/cli" -name '*.cpp' | sort)
[ $# -eq 0 ] || files=("$@")
# What else it prints to standard error is how many warnings were in headers of others.
if printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p "$work" 2>"$work/counts"; then
  echo "clang-tidy has nothing to say of ${#files[@]} files"
else
  echo "Look at one of them: $0 $build FILE" >&2
  exit 1
fi
