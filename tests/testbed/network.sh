# shellcheck shell=bash
# The network of a test engine: a namespace `divio-NAME`, joined to the machine by 10.89.N.1 (here) and 10.89.N.2 (there).
# Sourced by engine.sh and podman.sh.

namespace_of() { echo "divio-$1"; }
link_of() { echo "divio$1"; }       # NUMBER
address_of() { echo "10.89.$1.2"; } # NUMBER

# The first number no interface of this machine uses. The caller holds the test bed's lock.
free_number() {
  local number
  for number in $(seq 1 250); do
    if ! ip -o link show "$(link_of "$number")" >/dev/null 2>&1 && [[ $(ip -o -4 addr show) != *" 10.89.$number.1/"* ]]; then
      echo "$number"
      return
    fi
  done
  die "all 250 networks of the test bed are taken: tests/testbed/engine.sh sweep removes what dead runs left"
}

# The firewall rules that let the engine reach what the machine reaches, also where a Docker engine of the machine's own
# forbids forwarding.
each_rule() {  # ACTION NUMBER
  local link
  link=$(link_of "$2")
  iptables -w "$1" FORWARD -i "$link" -j ACCEPT
  iptables -w "$1" FORWARD -o "$link" -j ACCEPT
  iptables -w -t nat "$1" POSTROUTING -s "10.89.$2.0/24" ! -o "$link" -j MASQUERADE
}

remove_rules() { while each_rule -D "$1" 2>/dev/null; do :; done; }

make_network() {  # NAME NUMBER
  local space link
  space=$(namespace_of "$1")
  link=$(link_of "$2")
  remove_rules "$2"
  ip netns add "$space"
  ip link add "$link" type veth peer name eth0 netns "$space"
  ip addr add "10.89.$2.1/24" dev "$link"
  ip link set "$link" up
  ip -n "$space" addr add "$(address_of "$2")/24" dev eth0
  ip -n "$space" link set lo up
  ip -n "$space" link set eth0 up
  ip -n "$space" route add default via "10.89.$2.1"
  echo 1 >/proc/sys/net/ipv4/ip_forward
  each_rule -I "$2"
}

# Drops what goes to it and comes from it.
each_drop() {  # ACTION NUMBER
  local link
  link=$(link_of "$2")
  iptables -w "$1" INPUT -i "$link" -j DROP
  iptables -w "$1" FORWARD -i "$link" -j DROP
  iptables -w "$1" FORWARD -o "$link" -j DROP
  iptables -w "$1" OUTPUT -o "$link" -j DROP
}

disconnect_network() { each_drop -I "$1"; }  # NUMBER
connect_network() { while each_drop -D "$1" 2>/dev/null; do :; done; }  # NUMBER

# Connections whose addresses are translated on their way over a link are forgotten when it goes down.
forget_connections() {  # NUMBER
  disconnect_network "$1"
  ip link set "$(link_of "$1")" down
  ip link set "$(link_of "$1")" up
  connect_network "$1"
}

remove_network() {  # NAME NUMBER; the number is empty when it is not known any more
  if [ -n "$2" ]; then
    connect_network "$2"
    remove_rules "$2"
    ip link del "$(link_of "$2")" 2>/dev/null || true
  fi
  ip netns del "$(namespace_of "$1")" 2>/dev/null || true
}
