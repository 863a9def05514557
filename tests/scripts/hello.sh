#!/usr/bin/env bash
# The example that other tests deploy does what its README says.
set -euo pipefail
# shellcheck source=tests/scripts/check.sh
. "$(dirname "$0")/check.sh"

hello=${HELLO_BINARY:-$work/hello}
[ -x "$hello" ] || "$top/examples/hello/build.sh" "$hello"
port=$((20000 + $$ % 10000))
url=http://127.0.0.1:$port
get() { curl -s --max-time 10 "$@"; }
status_of() { get -o /dev/null -w '%{http_code}' "$@" || true; }

start() {  # VARIABLE=VALUE...
  local tries=100
  : >"$work/log"  # here, not where it is started: else the one before is read for a moment
  env PORT="$port" "$@" "$hello" >>"$work/log" 2>&1 &
  server=$!
  until grep -q listening "$work/log" || [ "$tries" = 0 ] || ! kill -0 "$server" 2>/dev/null; do
    sleep 0.05
    tries=$((tries - 1))
  done
}
end() { kill -TERM "$server" 2>/dev/null || true; ended=0; wait "$server" 2>/dev/null || ended=$?; }
kill_server() { kill -KILL "$server" 2>/dev/null; }
at_end+=(kill_server)

start HELLO_NAME=shop DIVIO_RELEASE=7 STAGE=live
check "it says who answers" contains "$(get "$url/")" "hello name=shop release=7 instance="
check "it is well" equals "$(get "$url/healthz")" well
check "it gives variables" equals "$(get "$url/variable?name=STAGE")" live
check "it gives as many bytes as asked" equals "$(get "$url/bytes?n=70000" | wc -c)" 70000
check "it answers with the status asked for" equals "$(status_of "$url/status?code=503")" 503
head -c 300000 /dev/urandom >"$work/body"
check "it tells what it was sent" equals "$(get --data-binary "@$work/body" "$url/echo")" \
  "length=300000 sha1=$(sha1sum <"$work/body" | cut -d' ' -f1)"
# The key and its answer are the example of RFC 6455, section 1.3.
upgrade=(-H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')
check "it speaks WebSocket" contains "$(get -i --max-time 1 "${upgrade[@]}" "$url/ws" || true)" "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

get "$url/slow?ms=700" >"$work/slow" &
slow=$!
sleep 0.2
kill -TERM "$server"
sleep 0.1
check "asked to end it takes nothing new" equals "$(status_of "$url/")" 000
wait "$slow"
check "but finishes what it has begun" contains "$(cat "$work/slow")" "name=shop"
end
check "and ends well" equals "$ended" 0

start
get "$url/hang" --max-time 0.3 || true
check "once hung it answers nothing" equals "$(status_of "$url/" --max-time 0.3)" 000
end
start
get "$url/crash" || true
ended=0
wait "$server" || ended=$?
check "/crash ends it with 1" equals "$ended" 1

start HELLO_FAIL=redirect
check "it redirects" equals "$(status_of "$url/healthz")" 301
end
start HELLO_FAIL=notfound
check "it has no health page" equals "$(status_of "$url/healthz")" 404
end
start HELLO_FAIL=wrong-port
check "it listens elsewhere" contains "$(cat "$work/log")" "port $((port + 1))"
end
start HELLO_FAIL=exit
ended=0
wait "$server" || ended=$?
check "it gives up at once, saying why" contains "$ended $(cat "$work/log")" "giving up"
check "other commands of the image work" equals "$("$hello" print a b) $("$hello" exit 3 || echo $?)" "a b 3"

HELLO_BINARY=$hello "$top/examples/hello/make-codebase.sh" "$work/one" --base debian:bookworm-slim
HELLO_BINARY=$hello "$top/examples/hello/make-codebase.sh" "$work/two" --base debian:bookworm-slim
check "the same files are the same commit" equals "$(git -C "$work/one" rev-parse HEAD)" "$(git -C "$work/two" rev-parse HEAD)"
check "a codebase is not overwritten" fails env HELLO_BINARY="$hello" "$top/examples/hello/make-codebase.sh" "$work/one"
