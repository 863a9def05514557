#!/usr/bin/env bash
# The distance between two hosts of the test bed, for machines whose kernel has no netem.
#
#   distance.sh start ADDRESS ADDRESS MILLISECONDS   packets between them take that long there and back
#   distance.sh stop ADDRESS ADDRESS                 no longer
#
# They are routed through a TUN device, behind which delay.pl keeps them. What is connected when it begins or ends breaks off.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=examples/setup/machine.sh
. "$here/../../examples/setup/machine.sh"
# shellcheck source=tests/testbed/network.sh
. "$here/network.sh"

number_of() { local rest=${1#10.89.} && echo "${rest%%.*}"; }  # ADDRESS

each_way() { # ACTION: of the rules by which packets of both directions go to the device
  ip rule "$1" iif "$(link_of "$one")" to "10.89.$other.0/24" lookup "$table"
  ip rule "$1" iif "$(link_of "$other")" to "10.89.$one.0/24" lookup "$table"
}

stop() {
  each_way del 2>/dev/null || true
  iptables -w -t nat -D POSTROUTING -o "$device" -j ACCEPT 2>/dev/null || true
  stop_recorded "$record" 5
  rm -f "$record"
}

start() {
  "$here/delay.pl" "$device" "$1" &
  remember_process "$record" $!
  until ip link set "$device" up 2>/dev/null; do sleep 0.05; done
  echo 0 >"/proc/sys/net/ipv4/conf/$device/rp_filter"
  ip route add default dev "$device" table "$table"
  iptables -w -t nat -I POSTROUTING -o "$device" -j ACCEPT
  each_way add
}

[ $# -ge 3 ] || die "use: start ADDRESS ADDRESS MILLISECONDS, or stop ADDRESS ADDRESS"
one=$(number_of "$2") other=$(number_of "$3")
device=far$one-$other table=$((10000 + one * 256 + other)) record=/run/divioctl-far-$one-$other
case $1 in
  start) stop && start "${4:?MILLISECONDS}" ;;
  stop) stop ;;
  *) die "there is no $1" ;;
esac
