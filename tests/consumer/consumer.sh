#!/usr/bin/env bash
# A program elsewhere uses the library as it is installed: by find_package, by pkg-config, and only in the ways it may.
# usage: consumer.sh BUILD-FOLDER LIBRARY-FOLDER DIVIOCTL CXX [FLAG...]
set -euo pipefail
build=$1 libraries=$2 divioctl=$3 cxx=$4
shift 4
flags=(-std=c++20 -Wall -Wextra -Werror "$@")
here=$(cd "$(dirname "$0")" && pwd)
example=$here/../../examples/embed-the-library
folder=$(mktemp -d "${TMPDIR:-/tmp}/divioctl-consumer.XXXXXX")
trap 'rm -rf "$folder"' EXIT
unset CPATH CPLUS_INCLUDE_PATH
die() { echo "FAILED: $*" >&2 && exit 1; }
expect() { [ "$2" = "$3" ] || die "$1: expected '$3', got '$2'"; }

# Installed for one place and moved to another: nothing in it may say where it was made.
cmake --install "$build" --prefix "$folder/first" --component development >"$folder/log" || die "$(cat "$folder/log")"
mv "$folder/first" "$folder/installed"
prefix=$folder/installed
if grep -rlIF -e "$here/../.." -e "$(cd "$here/../.." && pwd)" -e "$build" "$prefix"; then die "an installed file names the build"; fi
expect "installed headers" "$(cd "$prefix/include/divio" && echo *)" "$(cd "$here/../../include/divio" && echo *)"
expect "folders of headers" "$(ls "$prefix/include")" divio

# Each public header stands alone.
export PKG_CONFIG_PATH=$prefix/$libraries/pkgconfig
read -ra seen <<<"$(pkg-config --cflags divioctl)"
for header in "$prefix"/include/divio/*.hpp; do
  echo "#include <divio/${header##*/}>" >"$folder/alone.cpp"
  "$cxx" "${flags[@]}" "${seen[@]}" -fsyntax-only "$folder/alone.cpp" || die "${header##*/} does not stand alone"
done

# What must not compile does not, and its well-formed twin does.
for snippet in "$here"/refused/*.cpp; do
  "$cxx" "${flags[@]}" "${seen[@]}" -fsyntax-only -DWELL_FORMED "$snippet" || die "the well-formed half of ${snippet##*/} does not compile"
  ! "$cxx" "${flags[@]}" "${seen[@]}" -fsyntax-only "$snippet" 2>/dev/null || die "${snippet##*/} compiles"
done

cmake -G Ninja -S "$example" -B "$folder/by-cmake" -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS="${flags[*]}" \
  -DCMAKE_PREFIX_PATH="$prefix" >"$folder/log" 2>&1 || die "find_package: $(cat "$folder/log")"
cmake --build "$folder/by-cmake" >"$folder/log" 2>&1 || die "find_package: $(cat "$folder/log")"
read -ra linked <<<"$(pkg-config --static --cflags --libs divioctl)"
"$cxx" "${flags[@]}" "$example/main.cpp" -o "$folder/by-pkg-config" "${linked[@]}" || die "pkg-config"

# A newer minor version is another library.
mkdir "$folder/newer"
echo 'cmake_minimum_required(VERSION 3.25)
project(newer CXX)
find_package(divioctl 0.99 REQUIRED)' >"$folder/newer/CMakeLists.txt"
! cmake -G Ninja -S "$folder/newer" -B "$folder/newer/build" -DCMAKE_PREFIX_PATH="$prefix" >"$folder/log" 2>&1 ||
  die "find_package(divioctl 0.99) takes $(pkg-config --modversion divioctl)"

# Both see what the command line put into the same catalogue. No engine is needed for that.
mkdir "$folder/shop"
echo "project: shop" >"$folder/shop/divio.yaml"
export DOCKER_HOST=unix://$folder/no-engine.sock
for program in "$folder/by-cmake/embed-the-library" "$folder/by-pkg-config"; do
  home=$folder/home-of-${program##*/}
  expect "an empty catalogue" "$("$program" "$home")" "no projects"
  DIVIOCTL_HOME=$home "$divioctl" -C "$folder/shop" variable set -e live GREETING=hello >/dev/null
  expect "a catalogue with a project" "$("$program" "$home")" "shop/live: release 0"
  code=0
  "$program" "$home" status shop nowhere 2>"$folder/log" || code=$?
  expect "the exit code for an unknown environment" "$code" 3
  grep -q "no environment 'nowhere'" "$folder/log" || die "unknown environment: $(cat "$folder/log")"
  code=0
  "$program" 2>/dev/null || code=$?
  expect "the exit code without words" "$code" 2
done
echo "a consumer builds by find_package and by pkg-config"
