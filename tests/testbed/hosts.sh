# shellcheck shell=bash
# Sourced. What hosts of the tests' own have in common, whichever engine they run. Whoever sources it says where they are
# (bed), what one is called (kind) and the name of its engine's socket (socket), and has sourced network.sh and the setup.
: "${bed:?}" "${kind:?}" "${socket:?}"

number_in() { cat "$1/number" 2>/dev/null || true; }

show() {
  local folder=$bed/$1 number
  number=$(number_in "$folder")
  [ -n "$number" ] || die "there is no $kind $1"
  echo "DIVIO_TEST_ENGINE=unix://$folder/$socket"
  echo "DIVIO_TEST_ADDRESS=$(address_of "$number")"
}

# Every process that lives in the host's network or in its containers, or watches one of them: none of anybody else is there.
inhabitants() {
  ip netns pids "$(namespace_of "$1")" 2>/dev/null || true
  find /sys/fs/cgroup -path "*/divio-$1/*" -name cgroup.procs -exec cat {} + 2>/dev/null || true
}

crash() {
  local tries=100 found
  while found=$(inhabitants "$1" | sort -u) && [ -n "$found" ] && [ "$tries" -gt 0 ]; do
    # shellcheck disable=SC2086  # one argument each
    kill -KILL $found 2>/dev/null || true
    sleep 0.1
    tries=$((tries - 1))
  done
  unmount_below "$bed/$1"
  find /sys/fs/cgroup -depth -type d -path "*/divio-$1*" -exec rmdir {} + 2>/dev/null || true
}

# All in its folder but whose it is and its number, which nobody else may take before its network is gone.
clear() {
  [ ! -d "$1" ] || find "$1" -xdev -mindepth 1 ! -path "$1/owner" ! -path "$1/number" -delete
}

# What was only starting when the processes were ended writes after that: they are looked for once more.
stop() {
  crash "$1"
  clear "$bed/$1" 2>/dev/null || { crash "$1" && clear "$bed/$1"; }
  remove_network "$1" "$(number_in "$bed/$1")"
  rm -rf --one-file-system "${bed:?}/$1"
}

# One at a time: two that remove the same host find half of it.
sweep() {
  local folder
  exec 9>/run/lock/divioctl-testbed-sweep
  flock 9
  for folder in "$bed"/*/; do
    [ -e "$folder/owner" ] || continue
    recorded_process "$folder/owner" >/dev/null || stop "$(basename "$folder")"
  done
}

# claim NAME COMMAND...: an empty folder, a number and a network for a host, in place of one of that name unless that is
# somebody else's. COMMAND fills the folder before anything else is in it.
claim() {
  local name=$1 folder=$bed/$1
  shift
  mkdir -p "$bed"
  {
    flock 9
    if [ -e "$folder/owner" ] && [ "$(recorded_process "$folder/owner" || true)" != "${DIVIO_TESTBED_OWNER:-}" ] &&
      recorded_process "$folder/owner" >/dev/null; then
      die "the $kind $name belongs to process $(recorded_process "$folder/owner")"
    fi
    stop "$name"
    mkdir -p "$folder"
    "$@"
    [ -z "${DIVIO_TESTBED_OWNER:-}" ] || remember_process "$folder/owner" "$DIVIO_TESTBED_OWNER"
    free_number >"$folder/number"
    make_network "$name" "$(number_in "$folder")"
  } 9>/run/lock/divioctl-testbed  # one for the machine: the numbers are its own
}
