#!/usr/bin/env bash
# The figures of docs/performance.md: divioctl beside the same work done by hand, in turn, in one run.
#
#   tests/bench/bench.sh            prints the table, and writes it between the marks in docs/performance.md
#   tests/bench/bench.sh --rounds N how often each pair is measured (default 7)
#
# Starts a Docker engine of its own. Nothing here asserts a time: it prints.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=tests/bench/measure.sh
. "$here/measure.sh"

rounds=7
[ "${1:-}" != --rounds ] || rounds=$2

if [ -z "${DIVIO_BENCH_INSIDE:-}" ]; then
  # shellcheck source=examples/setup/machine.sh
  . "$top/examples/setup/machine.sh"
  install_packages build engine bench
  cmake --preset release -S "$top" >/dev/null
  cmake --build "$top/build/release" --target divioctl >/dev/null
  eval "$("$top/tests/testbed/engine.sh" start bench)"
  trap '"$top/tests/testbed/engine.sh" stop bench' EXIT
  "$top/tests/testbed/images.sh" "$DIVIO_TEST_ENGINE"
  # Inside the engine's network its containers are reached as on its own host.
  DIVIO_BENCH_INSIDE=1 DOCKER_HOST=$DIVIO_TEST_ENGINE nsenter --net=/run/netns/divio-bench "$0" --rounds "$rounds"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$work/results
export DIVIOCTL_HOME=$work/home DIVIOCTL_INGRESS_PORT=8088 NO_COLOR=1
binary=$work/divioctl
cp "$top/build/release/cli/divioctl" "$binary"
strip "$binary"
"$top/examples/hello/make-codebase.sh" "$work/code" >/dev/null
divioctl() { "$binary" -C "$work/code" -e live "$@"; }

echo '| what | divioctl | by hand | ratio (median) | target | |'
echo '| --- | --- | --- | --- | --- | --- |'

# --- start-up -------------------------------------------------------------------------------------------------------
start_ours() { for _ in 1 2 3 4 5 6 7 8 9 10; do "$binary" --version; done; }
start_theirs() { for _ in 1 2 3 4 5 6 7 8 9 10; do docker --version; done; }
compare "ten cold starts: divioctl --version / docker --version" $((rounds * 3)) 0.25 start_ours start_theirs

# --- completion among 1,000 projects --------------------------------------------------------------------------------
many() (
  export DIVIOCTL_HOME=$work/many
  mkdir -p "$work/empty"
  for i in $(seq 1000); do echo "project-$i"; done | while read -r name; do
    "$binary" --project "$name" variable set A=b >/dev/null
  done
)
many
complete_names() { DIVIOCTL_HOME=$work/many "$binary" __complete -- status --project project-99 | grep -c project-99; }
times=$(for _ in $(seq $((rounds * 3))); do once complete_names; done | middle)
report "completion of a project name among 1,000" "$(awk "BEGIN {printf \"%.2f ms\", $times / 1000}")" "" "" "< 15 ms" \
  "$(awk "BEGIN {print ($times < 15000) ? \"met\" : \"NOT MET\"}")"

# --- deploy of an image that is built already, three replicas ---------------------------------------------------------
wait_for() { # ADDRESS: the same health wait as the ingress's: until /healthz answers
  until curl -fsS -o /dev/null --max-time 1 "http://$1:8000/healthz" 2>/dev/null; do sleep 0.02; done
}
image=
raw_names() { for i in $(seq "$2"); do echo "$1-$i"; done; }
raw_start() { # PREFIX COUNT
  local name
  for name in $(raw_names "$1" "$2"); do
    docker run -d --name "$name" --init --restart unless-stopped --network bench "$image" >/dev/null &
  done
  wait
  for name in $(raw_names "$1" "$2"); do
    wait_for "$(docker inspect -f '{{.NetworkSettings.Networks.bench.IPAddress}}' "$name")" &
  done
  wait
}
raw_stop() {
  local name
  for name in $(raw_names "$1" "$2"); do { docker stop "$name" && docker rm "$name"; } >/dev/null & done
  wait
}

divioctl deploy >/dev/null 2>&1
divioctl scale web=3 >/dev/null 2>&1
image=$(docker image ls --filter label=divio.project=hello -q | head -1)
docker network create bench >/dev/null
raw_start raw-a 3
# Another release of the same image: a variable changed.
before_deploy_ours() { divioctl variable set "ROUND=$RANDOM$RANDOM"; }
deploy_ours() { divioctl deploy --quiet; }
# compare() runs each side in a subshell, so what runs tells which of the two sets of names is next.
serving_side() { docker ps --format '{{.Names}}' --filter name=raw- | sed -n '1s/raw-\(.\)-.*/\1/p'; }
deploy_theirs() {
  local old new=b
  old=$(serving_side)
  [ "$old" = a ] || new=a
  raw_start "raw-$new" 3
  raw_stop "raw-$old" 3
}
compare "deploy of a built image, 3 replicas / docker run, health wait, docker stop, all parallel" "$rounds" 1.15 deploy_ours deploy_theirs
raw_stop "raw-$(serving_side)" 3

# --- scale 1 to 10 ------------------------------------------------------------------------------------------------------
scale_to_one() { divioctl scale web=1 --quiet >/dev/null; }
scale_round() {
  local side=$1 file=$2
  if [ "$side" = ours ]; then
    scale_to_one
    once divioctl scale web=10 --quiet >>"$file"
  else
    docker ps -aq --filter name=many- | xargs -r docker rm -f >/dev/null
    raw_start many-0 1
    once raw_run_more >>"$file"
  fi
}
raw_run_more() { raw_start many 9; }
ours=$work/scale-ours theirs=$work/scale-theirs
for _ in $(seq "$rounds"); do
  scale_round ours "$ours"
  scale_round theirs "$theirs"
done
ratio=$(paste "$ours" "$theirs" | awk '{print $1 / $2}' | middle)
report "scale 1 to 10 / nine parallel docker run with health wait" "$(awk "BEGIN {printf \"%.0f ms\", $(middle <"$ours") / 1000}")" \
  "$(awk "BEGIN {printf \"%.0f ms\", $(middle <"$theirs") / 1000}")" "$ratio" "<= 1.1" \
  "$(awk "BEGIN {print ($ratio <= 1.1) ? \"met\" : \"NOT MET\"}")"
docker ps -aq --filter name=many- | xargs -r docker rm -f >/dev/null
divioctl scale web=2 --quiet >/dev/null

# --- throughput through the ingress ---------------------------------------------------------------------------------------
servers() { # OPTIONS: a line for each instance
  docker ps --filter label=divio.project=hello --filter label=divio.role=instance --format '{{.Names}}' | while read -r name; do
    echo "  server $name $(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$name"):8000 $1"
  done
}
timeouts='  timeout connect 5s
  timeout client 60s
  timeout server 30s'
cat >"$work/same.cfg" <<CFG
global
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
$timeouts
frontend in
  bind *:8089
  option forwardfor
  http-request set-header X-Request-Id %[uuid()] unless { req.hdr(x-request-id) -m found }
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Forwarded-Port %[dst_port]
  use_backend app if { hdr(host) -i hello.localhost }
backend app
  balance leastconn
  option httpchk GET /healthz
$(servers check)
CFG
cat >"$work/bare.cfg" <<CFG
defaults
  mode http
$timeouts
frontend in
  bind *:8090
  default_backend app
backend app
$(servers "")
CFG
start_by_hand() { # NAME
  docker create --name "$1-haproxy" --network host --entrypoint haproxy haproxy:2.6 -db -f /tmp/haproxy.cfg >/dev/null
  docker cp "$work/$1.cfg" "$1-haproxy:/tmp/haproxy.cfg" >/dev/null
  docker start "$1-haproxy" >/dev/null
}
start_by_hand same
start_by_hand bare
sleep 2
throughput() { # PORT: requests a second; a failed one spoils the figure, and the run
  wrk -t1 -c32 -d4s -H 'Host: hello.localhost' "http://127.0.0.1:$1/" >"$work/wrk"
  ! grep -E 'Non-2xx|Socket errors' "$work/wrk" >&2 || exit 1
  awk '/Requests\/sec/ {print $2}' "$work/wrk"
}
for round in $(seq 0 "$rounds"); do
  for port in 8088 8089 8090; do
    figure=$(throughput "$port")
    [ "$round" = 0 ] || echo "$figure" >>"$work/through-$port"
  done
done
ratio_to() { paste "$work/through-8088" "$work/through-$1" | awk '{print $1 / $2}' | middle; }
ratio=$(ratio_to 8089)
report "requests a second through the ingress / a hand-written HAProxy that does the same: log, checks, headers" \
  "$(middle <"$work/through-8088")" "$(middle <"$work/through-8089")" "$ratio" ">= 0.97" \
  "$(awk "BEGIN {print ($ratio >= 0.97) ? \"met\" : \"NOT MET\"}")"
report "requests a second through the ingress / a bare HAProxy: no log, no checks, no headers" \
  "$(middle <"$work/through-8088")" "$(middle <"$work/through-8090")" "$(ratio_to 8090)" "" ""

# --- size and memory ----------------------------------------------------------------------------------------------------
size=$(stat -c %s "$binary")
report "size of the stripped release binary" "$(awk "BEGIN {printf \"%.2f MB\", $size / 1e6}")" "" "" "< 8 MB" \
  "$(awk "BEGIN {print ($size < 8e6) ? \"met\" : \"NOT MET\"}")"
resident=$(for _ in 1 2 3 4 5; do /usr/bin/time -f %M "$binary" -C "$work/code" -e live status 2>&1 >/dev/null | tail -1; done | middle)
report "resident memory of status" "$(awk "BEGIN {printf \"%.1f MB\", $resident / 1024}")" "" "" "< 20 MB" \
  "$(awk "BEGIN {print ($resident < 20480) ? \"met\" : \"NOT MET\"}")"

page=$top/docs/performance.md
if [ -e "$page" ]; then
  awk -v table="$results" '
    /<!-- table begins -->/ {print; print "| what | divioctl | by hand | ratio (median) | target | |"; print "| --- | --- | --- | --- | --- | --- |";
                             while ((getline line < table) > 0) print line; skip = 1; next}
    /<!-- table ends -->/ {skip = 0}
    !skip {print}' "$page" >"$work/page"
  cat "$work/page" >"$page"
fi
divioctl destroy --yes --quiet >/dev/null 2>&1 || true
