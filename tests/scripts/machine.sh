#!/usr/bin/env bash
# What examples/setup/machine.sh says of systems, packages and processes.
set -euo pipefail
# shellcheck source=tests/scripts/check.sh
. "$(dirname "$0")/check.sh"

on_system() { DIVIO_OS_RELEASE=$work/os-release bash -c "set -euo pipefail; . '$top/examples/setup/machine.sh'; require_known_system" 2>&1; }
describe() { printf 'ID=%s\nVERSION_ID="%s"\nPRETTY_NAME="%s %s"\n' "$1" "$2" "$1" "$2" >"$work/os-release"; }

for system in "debian 12" "debian 13" "ubuntu 24.04"; do
  # shellcheck disable=SC2086  # two words
  describe $system
  check "$system is known" on_system
done
for system in "debian 11" "ubuntu 22.04" "fedora 40"; do
  # shellcheck disable=SC2086
  describe $system
  check "$system is refused" fails on_system
  check "$system is named" contains "$(on_system || true)" "this is $system"
  check "one sentence says what is missing" equals "$(on_system | wc -l || true)" 1
done
describe fedora 40
for script in examples/quickstart.sh tests/run.sh; do
  check "$script goes no further on a system that is not known" fails env DIVIO_OS_RELEASE="$work/os-release" HOME="$work" TMPDIR="$work" "$top/$script" 2>"$work/said"
  check "$script says so in one sentence" equals "$(wc -l <"$work/said")" 1
  check "$script names it" contains "$(cat "$work/said")" "this is fedora 40"
done
printf 'ID=debian\nPRETTY_NAME="Debian testing"\n' >"$work/os-release"
check "Debian without a version is newer than any" on_system

# shellcheck source=examples/setup/machine.sh
. "$top/examples/setup/machine.sh"
packages_list=$work/packages
printf '# words\n[one]\na\nb|c\n\n[two]\nd\n[three]\ne\n' >"$packages_list"
check "packages are listed by section" equals "$(packages_of one three | tr '\n' ' ')" "a b|c e "

sleep 100 &
pid=$!
remember_process "$work/record" "$pid"
check "a process is found again" equals "$(recorded_process "$work/record")" "$pid"
echo "$pid 1" >"$work/reused"
check "another one with its number is not mistaken for it" fails recorded_process "$work/reused"
stop_recorded "$work/reused" 1
check "and not ended" kill -0 "$pid"
stop_recorded "$work/record" 5
check "the recorded one is ended" fails recorded_process "$work/record"
check "what is gone stays gone" stop_recorded "$work/record" 1
check "no record is no process" fails recorded_process "$work/none"

printf '[a]\nbash\nno-such-package|bash\nno-such-package\n' >"$packages_list"
check "only what is not there is missing" equals "$(os_release=$work/os-release missing_packages a)" no-such-package
check "nothing is asked of who installs packages otherwise" equals "$(DIVIO_PACKAGES=installed missing_packages a)" ""
# Docker's own packages are named by the distribution's, which conflict with them, without being there.
printf '[a]\ndocker-ce|bash\n' >"$packages_list"
check "what other packages only speak of is not there" equals "$(is_installed docker-ce || missing_packages a)" ""
