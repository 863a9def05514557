# shellcheck shell=bash
# What the quick start and the tests ask of the machine: its packages, and processes found again by a later run.
# Sourced by scripts that have `set -euo pipefail`.

packages_list=$(dirname "${BASH_SOURCE[0]}")/packages.txt
os_release=${DIVIO_OS_RELEASE:-/etc/os-release}

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# quietly WHAT COMMAND...: shows the end of the command's output when it fails, and says what did.
quietly() {
  local what=$1 log
  shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "$what failed"
  fi
  rm -f "$log"
}

# Everything below needs root; with sudo the whole script starts again as root.
become_root() {
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "this needs root to install packages and to run containers: run it as root, or install sudo"
    exec sudo --preserve-env "$0" "$@"
  fi
}

# What root made in a checkout that belongs to the one who called sudo is given to them.
give_back() {
  [ -z "${SUDO_UID:-}" ] || [ ! -e "$1" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$1"
}

# Ends with one sentence on a system whose packages are not known here. Not from within $(...), which alone would end.
require_known_system() {
  [ "${DIVIO_PACKAGES:-}" != installed ] || return 0
  local id="" version="" name="an unknown system"
  if [ -r "$os_release" ]; then
    # shellcheck disable=SC1090  # a file of the machine
    read -r id version name < <(. "$os_release" && echo "$ID ${VERSION_ID:-999} ${PRETTY_NAME:-$ID}")
  fi
  case $id in
    debian) [ "${version%%.*}" -ge 12 ] && return ;;
    ubuntu) [ "${version%%.*}" -ge 24 ] && return ;;
  esac
  die "this installs what it needs with apt-get on Debian 12 or newer or Ubuntu 24.04, and this is $name: install what $packages_list names, then run it with DIVIO_PACKAGES=installed"
}

packages_of() {
  awk -v wanted=" $* " '/^\[/ { inside = index(wanted, " " substr($1, 2, length($1) - 2) " "); next }
                        inside && NF && !/^#/ { print $1 }' "$packages_list"
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Of `a|b` the first that is installed, else the first that the distribution has.
choose_package() {
  local name names=${1//|/ }
  for name in $names; do
    if is_installed "$name"; then echo "$name"; return; fi
  done
  for name in $names; do
    if [[ $(LC_ALL=C apt-cache policy "$name" 2>/dev/null) == *"Candidate: "[^\(]* ]]; then echo "$name"; return; fi
  done
  echo "${1##*|}"
}

# missing_packages SECTION...: the packages of packages.txt that are not installed, on a system that is known.
missing_packages() {
  [ "${DIVIO_PACKAGES:-}" != installed ] || return 0
  local entry name installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n')
  for entry in $(packages_of "$@" | sort -u); do
    name=$entry
    [ "${entry%|*}" = "$entry" ] || name=$(choose_package "$entry")
    grep -qxF -e "installed $name" <<<"$installed" || echo "$name"
  done
}

# install_packages SECTION...: what is not there yet. Quick and without network when nothing is missing.
install_packages() {
  local wanted
  [ -n "$(missing_packages "$@")" ] || return 0
  apt-get -q update >/dev/null 2>&1 || say "apt-get update had trouble; going on with the package lists that are there"
  mapfile -t wanted < <(missing_packages "$@")  # again: it is known only now what the distribution has
  say "installing packages: ${wanted[*]}"
  quietly "installing packages" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${wanted[@]}"
}

# A process is remembered with its start time, so that its number, given to another process later, is not mistaken for it.
# One that has ended and waits to be collected (Z) has none.
start_time_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

remember_process() { printf '%s %s\n' "$2" "$(start_time_of "$2")" >"$1"; }  # FILE PID

# The number of the remembered process if it still runs.
recorded_process() {
  local pid started
  read -r pid started 2>/dev/null <"$1" || return 1
  [ -n "$started" ] && [ "$(start_time_of "$pid")" = "$started" ] && echo "$pid"
}

# stop_recorded FILE SECONDS: asks it to end, and ends it after that time.
stop_recorded() {
  local pid tenths=$(($2 * 10))
  pid=$(recorded_process "$1") || return 0
  kill -TERM "$pid" 2>/dev/null || true
  while [ "$tenths" -gt 0 ] && recorded_process "$1" >/dev/null; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  pid=$(recorded_process "$1") || return 0
  kill -KILL "$pid" 2>/dev/null || true
}
