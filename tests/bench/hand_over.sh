#!/usr/bin/env bash
# Sourced: what handing a database over takes by hand, from one session of psql with each of its two servers. Expects the
# engines' endpoints in $from and $to, and their addresses.
: "${from:?}" "${from_address:?}" "${to:?}" "${to_address:?}"

hand_port=5455

stop_servers() {
  kill "$FROM_PID" "$TO_PID" 2>/dev/null || true
  docker -H "$from" rm -f -v by-hand >/dev/null
  docker -H "$to" rm -f -v by-hand >/dev/null
}

start_servers() {
  local engine
  hand_round=0
  for engine in "$from" "$to"; do
    docker -H "$engine" run -d --name by-hand -p "$hand_port:5432" -e POSTGRES_PASSWORD=hand postgres:15 postgres -c wal_level=logical >/dev/null
    until docker -H "$engine" exec by-hand pg_isready -q -h 127.0.0.1 -U postgres; do sleep 0.2; done
  done
  coproc FROM { docker -H "$from" exec -i by-hand psql -XqAt -v ON_ERROR_STOP=1 -U postgres; }
  coproc TO { docker -H "$to" exec -i by-hand psql -XqAt -v ON_ERROR_STOP=1 -U postgres; } 2>/dev/null  # bash warns of the second one
  hand_sessions=("${FROM[0]}" "${FROM[1]}" "${TO[0]}" "${TO[1]}")
  local side
  for side in 0 1; do
    ask $side "CREATE ROLE app; CREATE TABLE entry (id bigserial PRIMARY KEY, word text); CREATE TABLE mark (number int PRIMARY KEY);
               GRANT INSERT ON entry TO app; CREATE PUBLICATION everything FOR ALL TABLES;"
  done
  follow 1 "$from_address" stream0
}

# ask SIDE SQL: on the source's server (0) or the target's (1); waits until it is done.
ask() {
  local line
  printf '%s\n\\echo over\n' "$2" >&"${hand_sessions[$(($1 * 2 + 1))]}"
  while read -r line <&"${hand_sessions[$(($1 * 2))]}"; do [ "$line" != over ] || return 0; done
  echo "by hand: $2 failed" >&2
  return 1
}

# follow SIDE ADDRESS NAME: the server there follows the other one, at that address, from now on. All it needs is connected when this
# returns.
follow() {
  ask $((1 - $1)) "SELECT pg_create_logical_replication_slot('$3', 'pgoutput');"
  ask "$1" "CREATE SUBSCRIPTION $3 CONNECTION 'host=$2 port=$hand_port user=postgres password=hand dbname=postgres' PUBLICATION everything
            WITH (create_slot = false, copy_data = false, slot_name = '$3');"
  ask $((1 - $1)) "DO \$\$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$3' AND active) LOOP PERFORM pg_sleep(0.005); END LOOP; END \$\$;"
}

await_mark() { # SIDE NUMBER
  ask "$1" "DO \$\$ BEGIN WHILE NOT EXISTS (SELECT FROM mark WHERE number = $2) LOOP PERFORM pg_sleep(0.0005); END LOOP; END \$\$;"
}

# As many milliseconds as nobody could write: fence, marker, sequence, the other direction and its proof, open. What goes in the
# other direction is connected before, and publishes nothing until then.
by_hand() {
  local old=$((hand_round % 2)) new=$((1 - hand_round % 2)) address=$to_address there=stream$hand_round began ended
  [ $old = 0 ] || address=$from_address
  hand_round=$((hand_round + 1))
  ask $new "ALTER PUBLICATION everything SET (publish = '');"
  follow $old "$address" stream$hand_round
  began=$(now)
  ask $old "REVOKE INSERT ON entry FROM app; INSERT INTO mark VALUES ($((hand_round * 2)));"
  await_mark $new $((hand_round * 2))
  ask $new "SELECT setval('entry_id_seq', 1000); ALTER SUBSCRIPTION $there DISABLE;
            ALTER PUBLICATION everything SET (publish = 'insert, update, delete, truncate'); INSERT INTO mark VALUES ($((hand_round * 2 + 1)));"
  await_mark $old $((hand_round * 2 + 1))
  ask $new "GRANT INSERT ON entry TO app;"
  ended=$(now)
  ask $new "DROP SUBSCRIPTION $there;"
  echo $(((ended - began) / 1000000))
}
