#!/usr/bin/env bash
# tests/outcomes.awk counts what ctest reports: cases of doctest, one for anything else, and never a failure as passed.
set -euo pipefail
# shellcheck source=tests/scripts/check.sh
. "$(dirname "$0")/check.sh"

cat >"$work/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(outcomes NONE)
enable_testing()
function(says name passed failed code)
  add_test(NAME ${name} COMMAND sh -c "echo '[doctest] test cases: 9 | ${passed} passed | ${failed} failed | 0 skipped'; exit ${code}")
endfunction()
says(good 3 0 0)
says(bad 1 2 1)
says(leaking 3 0 1)
says(empty 0 0 0)
add_test(NAME chatty COMMAND sh -c "seq 300000; echo '<a> & </testcase>'; echo '[doctest] test cases: 2 | 2 passed | 0 failed | 0 skipped'")
add_test(NAME crashing COMMAND sh -c "kill -SEGV $$")
add_test(NAME endless COMMAND sleep 60)
set_tests_properties(endless PROPERTIES TIMEOUT 1)
add_test(NAME missing COMMAND /nowhere/at-all)
add_test(NAME plain COMMAND true)
CMAKE
cmake -G Ninja -S "$work" -B "$work/build" >/dev/null
ctest --test-dir "$work/build" -j 4 --output-junit "$work/junit.xml" --test-output-size-passed 10000000 >/dev/null 2>&1 || true
awk -f "$top/tests/outcomes.awk" "$work/junit.xml" | sort >"$work/outcomes"
cat "$work/outcomes"
check "each test has its line" equals "$(tr '\n' ',' <"$work/outcomes")" \
  "bad 1 2,chatty 2 0,crashing 0 1,empty 0 1,endless 0 1,good 3 0,leaking 3 1,missing 0 1,plain 1 0,"
