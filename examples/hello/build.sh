#!/usr/bin/env bash
# Builds the server as one statically linked program: build.sh [OUTPUT], by default `hello` in this folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here/hello}
"${CXX:-g++}" -std=c++20 -O2 -static -s -Wall -Wextra -Wno-missing-field-initializers -o "$output.new.$$" "$here"/*.cpp
mv -f "$output.new.$$" "$output"  # a rename, so that two builds at once do no harm
