# shellcheck shell=bash
# The ssh server of a test engine's host, on port 2222, with keys of its own. Sourced by engine.sh after scripts/engine.sh.
# In its folder ssh/ are configurations for `ssh -F`:
#
#   config              with the key that is let in, and the host's key known
#   stranger unknown changed   with another key; without the host's key; with another one in its place
#
# Users: root may use the engine, nobody may not, and daemon may not forward to sockets at all.

ssh_port=2222

make_ssh() {  # FOLDER ADDRESS
  local folder=$1 name
  mkdir -p "$folder"
  for name in host id stranger_id other_host; do ssh-keygen -q -t ed25519 -N '' -C test -f "$folder/$name"; done
  cp "$folder/id.pub" "$folder/authorized_keys"
  echo "[$2]:$ssh_port $(cut -d' ' -f1,2 "$folder/host.pub")" >"$folder/known"
  echo "[$2]:$ssh_port $(cut -d' ' -f1,2 "$folder/other_host.pub")" >"$folder/known_changed"
  : >"$folder/known_none"
  client_config "$folder/config" "$folder/id" "$folder/known"
  client_config "$folder/stranger" "$folder/stranger_id" "$folder/known"
  client_config "$folder/unknown" "$folder/id" "$folder/known_none"
  client_config "$folder/changed" "$folder/id" "$folder/known_changed"
  cat >"$folder/sshd_config" <<CONFIG
ListenAddress $2
Port $ssh_port
HostKey $folder/host
AuthorizedKeysFile $folder/authorized_keys
PidFile none
UsePAM no
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
Match User daemon
  AllowStreamLocalForwarding no
CONFIG
}

client_config() {  # FILE KEY KNOWN-HOSTS
  cat >"$1" <<CONFIG
IdentityFile $2
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile $3
GlobalKnownHostsFile /dev/null
CONFIG
}

# start_ssh FOLDER COMMAND...: COMMAND leads into the host's network.
start_ssh() {
  local folder=$1
  shift
  mkdir -p /run/sshd
  launch "$folder/sshd.log" "$folder/sshd.pid" "$@" /usr/sbin/sshd -D -e -f "$folder/sshd_config"
}
