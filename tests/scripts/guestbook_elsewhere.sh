#!/usr/bin/env bash
# The guestbook, as it is, on another machine: with its database and its pictures, reached by TLS or by ssh.
#   guestbook_elsewhere.sh TLS|ssh
set -euo pipefail
# shellcheck source=tests/scripts/check.sh
. "$(dirname "$0")/check.sh"
need_engine

host=elsewhere-$$
at_end+=("$top/tests/testbed/engine.sh stop $host")
DIVIO_TESTBED_OWNER=$$ "$top/tests/testbed/engine.sh" start "$host" >"$work/host"
engine=$(sed -n 's/^DIVIO_TEST_ENGINE=//p' "$work/host")
address=$(sed -n 's/^DIVIO_TEST_ADDRESS=//p' "$work/host")
folder=$(dirname "${engine#unix://}")
"$top/tests/testbed/images.sh" "$engine" debian:bookworm-slim haproxy:2.6 postgres:15

cp -R "$top/examples/guestbook" "$work/guestbook"
git -C "$work/guestbook" init -q -b main
git -C "$work/guestbook" add -A
git -C "$work/guestbook" -c user.name=test -c user.email=test@example.com commit -q -m guestbook
export DIVIOCTL_HOME=$work/home DIVIOCTL_SSH="ssh -F $folder/ssh/config" DOCKER_HOST=$DIVIO_TEST_ENGINE
divioctl() { "$DIVIO_BUILD_FOLDER/cli/divioctl" -C "$work/guestbook" -e live "$@"; }
page=http://guestbook.localhost:8088
visit() { curl -s --max-time 20 --connect-to "::$address:8088" -b "$work/cookies" -c "$work/cookies" "$@"; }

sign() {  # NAME MESSAGE
  rm -f "$work/cookies"
  local token
  token=$(visit "$page/" | sed -n 's/.*name="csrfmiddlewaretoken" value="\([^"]*\)".*/\1/p')
  visit -o /dev/null -w '%{http_code}' -F csrfmiddlewaretoken="$token" -F name="$1" -F message="$2" \
    -F picture="@$work/picture.png;type=image/png" "$page/"
}
picture() { visit "$page$(visit "$page/" | sed -n 's/.*<a href="\([^"]*\)".*/\1/p' | head -1)" | sha256sum; }

# One red dot.
base64 -d >"$work/picture.png" <<<"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

way=$1
case $way in
  TLS) reach=(--endpoint "tcp://$address:2376" --certificates "$folder/tls/client") ;;
  ssh) reach=(--endpoint "ssh://root@$address:2222$folder/docker.sock") ;;
esac
divioctl region add eu "${reach[@]}" --ingress-port 8088 --default >/dev/null
divioctl deploy --quiet >/dev/null
check "it is deployed over $way" contains "$(divioctl status -o json)" '"region":"eu"'
check "somebody signs" equals "$(sign Ann "from afar, over $way")" 302
check "which is to be read" contains "$(visit "$page/")" "from afar, over $way"
check "with a picture" equals "$(picture)" "$(sha256sum <"$work/picture.png")"
divioctl variable set GREETING="$way" >/dev/null
divioctl deploy --quiet >/dev/null
check "both are there after another deployment" contains "$(visit "$page/")" "from afar, over $way"
check "and the picture is as it was" equals "$(picture)" "$(sha256sum <"$work/picture.png")"
check "its database answers there" contains "$(echo 'select message from entries_entry' | divioctl service shell default)" afar
divioctl destroy --yes --quiet >/dev/null
check "the shared server does not go unasked" fails divioctl region remove eu
divioctl region remove eu --servers >/dev/null
check "nothing is left of it" equals "$(docker -H "$engine" ps -aq)" ""
