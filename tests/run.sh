#!/usr/bin/env bash
# Builds divioctl and runs its tests, on engines and folders of their own. Installs what that needs.
#
#   tests/run.sh                      everything but what takes long
#   tests/run.sh --long               what takes long: all that dies in every moment, twenty moves there and back, hundred backups under load
#   tests/run.sh --analysis           clang-tidy, and the unit tests with the thread sanitizer and every check of behaviour
#   tests/run.sh unit|engine|long     the tests with that label
#   tests/run.sh NAME...              these tests
#   --preset dev|asan|tsan|ubsan      how they are built; asan (address and undefined behaviour) if not said
#
# The last line says how many passed and failed; the exit code is 0 if none failed.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=examples/setup/machine.sh
. "$top/examples/setup/machine.sh"

engines="" starting=""
analysis="" preset=asan wanted=() wanted_labels="" wanted_names=""
arguments=("$@")
while [ $# -gt 0 ]; do
  case $1 in
    --long) wanted+=(long) ;;
    --analysis) analysis=yes ;;
    --preset) preset=${2:?--preset dev, asan, tsan or ubsan} && shift ;;
    -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;;
    -*) die "there is no option $1; --help shows them" ;;
    *) wanted+=("$1") ;;
  esac
  shift
done
only_unit=""
[ "${wanted[*]-}" != unit ] || only_unit=yes
[ -z "$analysis" ] || only_unit=yes

prepare_machine() {
  require_known_system
  local sections=(build tests)
  [ -n "$only_unit" ] || sections+=(engine)
  if [ -z "$only_unit" ] || [ -n "$(missing_packages "${sections[@]}")" ]; then
    become_root ${arguments[@]+"${arguments[@]}"}
  fi
  install_packages "${sections[@]}"
}

# build PRESET [TARGET...]
build() {
  local name=$1
  shift
  say "building ($name)"
  quietly "configuring ($name)" cmake --preset "$name" -S "$top"
  quietly "building ($name)" cmake --build "$top/build/$name" ${1:+--target "$@"}
  give_back "$top/build"
}

# How many engines, and tests at once: these wait more than they work, unless processes are slow to start, as in some
# virtual machines. There each test keeps the processors busy, and a third one only makes the others late.
count_engines() {
  local begin
  begin=$(date +%s%N)
  for _ in $(seq 100); do /bin/true; done
  if [ $(($(date +%s%N) - begin)) -gt 250000000 ]; then engines=2; else engines=3; fi
}

# Each test has an engine to itself (tests/testbed/with_engine.sh).
start_engines() {
  local number name
  "$top/examples/hello/build.sh" "$HELLO_BINARY"
  "$top/tests/testbed/engine.sh" sweep
  for number in $(seq "$engines"); do
    name=run-$$-$number
    say "starting a Docker engine of the tests' own ($number of $engines)"
    "$top/tests/testbed/engine.sh" start "$name" >"$DIVIO_TEST_ENGINES/$name"
    "$top/tests/testbed/images.sh" "$(sed -n 's/^DIVIO_TEST_ENGINE=//p' "$DIVIO_TEST_ENGINES/$name")"
  done
}

# They start while the compiler works: it is mostly waiting for packages and disks.
begin_engines() {
  export DIVIO_TESTBED_OWNER=$$ DIVIO_TEST_ENGINES=$run/engines HELLO_BINARY=$run/hello
  mkdir "$DIVIO_TEST_ENGINES"
  start_engines &
  starting=$!
}

clean_up() {
  local engine
  [ -z "$starting" ] || wait "$starting" || true
  for engine in "$run"/engines/*; do
    [ ! -e "$engine" ] || "$top/tests/testbed/engine.sh" stop "$(basename "$engine")" || true
  done
  rm -rf "$run"
}

# The folders of runs that were killed.
sweep_folders() {
  local folder
  for folder in "${TMPDIR:-/var/tmp}"/divioctl-tests.*/; do
    [ ! -e "$folder/owner" ] || recorded_process "$folder/owner" >/dev/null || rm -rf "$folder"
  done
}

# run_tests CTEST-OPTION...: their outcomes are added to $run/outcomes. A test that fails does not end this script.
run_tests() {
  local report=$run/junit.xml code=0 whole=1000000000  # bytes kept of a test's output
  rm -f "$report"
  HOME=$run/home XDG_STATE_HOME=$run/state ctest --test-dir "$top/build/$preset" -j "$engines" --output-on-failure --timeout 1800 \
    --output-junit "$report" --test-output-size-passed $whole --test-output-size-failed $whole "$@" || code=$?
  : >"$run/latest"
  [ ! -e "$report" ] || awk -f "$top/tests/outcomes.awk" "$report" >"$run/latest"
  sed "s/\$/ $preset/" "$run/latest" >>"$run/outcomes"
  # Whatever ctest says failed is a failure, also where its report does not tell which.
  [ "$code" = 0 ] || grep -qv ' 0$' "$run/latest" || echo "ctest 0 1 $preset" >>"$run/outcomes"
}

# What the arguments mean to ctest: labels that exist, else names of tests.
sort_wanted() {
  local word labels
  labels=$(ctest --test-dir "$top/build/$preset" --print-labels | sed -n 's/^  //p')
  for word in ${wanted[@]+"${wanted[@]}"}; do
    if grep -qxF -e "$word" <<<"$labels"; then
      wanted_labels+="${wanted_labels:+|}$word"
    elif [[ $(ctest --test-dir "$top/build/$preset" -N -R "^$word\$") == *"Total Tests: "[1-9]* ]]; then
      wanted_names+="${wanted_names:+|}$word"
    else
      die "there is no test and no label $word; the labels are: ${labels//$'\n'/ }"
    fi
  done
}

run_wanted() {
  [ -z "$wanted_labels" ] || run_tests -L "^($wanted_labels)\$"
  [ -z "$wanted_names" ] || run_tests -R "^($wanted_names)\$"
}

analyse() {
  run_tests -L '^analysis$'
  local another
  for another in tsan ubsan; do
    [ "$preset" != "$another" ] || continue
    preset=$another
    build "$preset" unit_tests
    run_tests -L '^unit$'
  done
}

summarise() {
  local name passed failed built total_passed=0 total_failed=0
  while read -r name passed failed built; do
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
    [ "$failed" = 0 ] || echo "failed: $name. Run it alone: tests/run.sh --preset $built $name"
  done <"$run/outcomes"
  echo "$total_passed passed, $total_failed failed"
  [ "$total_failed" = 0 ] && [ "$total_passed" != 0 ]
}

prepare_machine
run=$(mktemp -d "${TMPDIR:-/var/tmp}/divioctl-tests.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT TERM
remember_process "$run/owner" $$
sweep_folders
mkdir -p "$run/tmp" "$run/home"
touch "$run/outcomes"
export TMPDIR=$run/tmp XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
export UBSAN_OPTIONS=print_stacktrace=1 LC_ALL=C.UTF-8
unset "${!DIVIOCTL_@}" DOCKER_HOST

count_engines
[ -n "$only_unit" ] || begin_engines
build "$preset" ${only_unit:+unit_tests}
sort_wanted
[ -z "$starting" ] || wait "$starting"
if [ -n "$analysis" ]; then analyse; elif [ ${#wanted[@]} -gt 0 ]; then run_wanted; else run_tests -LE '^(long|analysis)$'; fi
summarise
