# shellcheck shell=bash
# Starting a Docker engine by hand. Sourced after machine.sh.

engine_answers() { timeout 10 docker -H "$1" version >/dev/null 2>&1; }  # ENDPOINT

# launch LOG RECORD COMMAND...: starts it in the background, in a session of its own, and remembers it in RECORD.
launch() {
  local log=$1 record=$2
  shift 2
  setsid "$@" >>"$log" 2>&1 </dev/null 9>&- &
  remember_process "$record" $!
}

# wait_for_engine ENDPOINT RECORD LOG: until it answers; shows the end of its log when it ended or takes over a minute.
wait_for_engine() {
  local tenths=600
  until engine_answers "$1"; do
    tenths=$((tenths - 1))
    if [ "$tenths" -le 0 ] || ! recorded_process "$2" >/dev/null; then
      tail -n 15 "$3" >&2
      die "the Docker engine at $1 did not start; its log is $3"
    fi
    sleep 0.1
  done
}

# unmount_below FOLDER: whatever a dead engine left mounted there.
unmount_below() {
  local point
  while read -r point; do
    umount -l "$point" 2>/dev/null || true
  done < <(awk -v folder="$1/" 'index($2, folder) == 1 { print $2 }' /proc/self/mounts | sort -r)
}
