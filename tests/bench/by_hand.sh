#!/usr/bin/env bash
# shellcheck disable=SC2154  # from, to and their addresses are of migration.sh
# Sourced by migration.sh: what somebody would do by hand, on two servers that reach each other in the clear, with nobody else there.
# The ledger's own servers serve as source and target of the copy.

hand_image=postgres:15 hand_port=5499 hand_began=""

hand_psql() { docker -H "$1" exec -i bench-by-hand psql -X -q -A -t -v ON_ERROR_STOP=1 -U postgres -p "$hand_port" "${@:2}"; }

# Two servers in their hosts' networks, of which the second follows the first one.
begin_by_hand() {
  local engine
  for engine in "$from" "$to"; do
    docker -H "$engine" run -d --name bench-by-hand --network host -e POSTGRES_HOST_AUTH_METHOD=trust "$hand_image" \
      -p "$hand_port" -c wal_level=logical >/dev/null
    until hand_psql "$engine" -h 127.0.0.1 -c 'SELECT 1' >/dev/null 2>&1; do sleep 0.2; done
    hand_psql "$engine" <<'SQL'
CREATE ROLE app; CREATE TABLE entry (number bigserial PRIMARY KEY, id text); CREATE TABLE marker (side text, number int, PRIMARY KEY (side, number));
GRANT SELECT, INSERT ON entry TO app; CREATE PUBLICATION all_of_it FOR ALL TABLES;
SQL
  done
  hand_began=yes
}

# The steps of a hand-over, from the first writer that is refused to the first one that is let in, in ms. There is no stream before
# and none after it, so that it can be done again.
hand_over_by_hand() {
  [ -n "$hand_began" ] || begin_by_hand
  hand_psql "$to" -c "CREATE SUBSCRIPTION there CONNECTION 'host=$from_address port=$hand_port user=postgres' PUBLICATION all_of_it WITH (copy_data = false)" 2>/dev/null
  until [ "$(hand_psql "$from" -c "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")" = 1 ]; do sleep 0.1; done
  hand_psql "$from" 2>/dev/null <<SQL
\set there 'host=$to_address port=$hand_port user=postgres'
\set here 'host=$from_address port=$hand_port user=postgres'
TRUNCATE marker;
\c :there
TRUNCATE marker;
\c :here
SELECT clock_timestamp() AS began \gset
REVOKE INSERT ON entry FROM app;
INSERT INTO marker VALUES ('there', 1);
SELECT last_value FROM entry_number_seq \gset
\c :there
DO \$\$ BEGIN LOOP PERFORM FROM marker WHERE side = 'there'; EXIT WHEN FOUND; PERFORM pg_sleep(0.001); END LOOP; END \$\$;
SELECT setval('entry_number_seq', :last_value + 32) \g /dev/null
ALTER SUBSCRIPTION there DISABLE;
\c :here
CREATE SUBSCRIPTION back CONNECTION 'host=$to_address port=$hand_port user=postgres' PUBLICATION all_of_it WITH (copy_data = false);
\c :there
INSERT INTO marker VALUES ('back', 1);
\c :here
DO \$\$ BEGIN LOOP PERFORM FROM marker WHERE side = 'back'; EXIT WHEN FOUND; PERFORM pg_sleep(0.001); END LOOP; END \$\$;
\c :there
GRANT INSERT ON entry TO app;
SELECT round(extract(epoch FROM clock_timestamp() - :'began'::timestamptz) * 1000);
DROP SUBSCRIPTION there;
\c :here
DROP SUBSCRIPTION back;
GRANT INSERT ON entry TO app;
SQL
}

# The ledger's database copied to another one on the other host, in seconds.
copy_by_hand() {
  local began source=divio-from-postgres-15 target=divio-to-postgres-15 database
  database=$(docker -H "$from" exec "$source" psql -XqAt -U postgres -c "SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND NOT datistemplate")
  docker -H "$to" exec "$target" psql -Xq -U postgres -c 'CREATE DATABASE by_hand'
  began=$(now)
  docker -H "$from" exec "$source" sh -c "rm -rf /tmp/dump && pg_dump -U postgres -Fd -j2 -f /tmp/dump $database && tar -C /tmp -c dump" |
    docker -H "$to" exec -i "$target" sh -c 'rm -rf /tmp/dump && tar -C /tmp -x'
  docker -H "$to" exec "$target" pg_restore -U postgres -Fd -j2 --no-owner --no-privileges -d by_hand /tmp/dump
  awk "BEGIN {printf \"%.1f\", ($(now) - $began) / 1e9}"
  docker -H "$from" exec "$source" rm -rf /tmp/dump
  docker -H "$to" exec "$target" sh -c 'rm -rf /tmp/dump; psql -Xq -U postgres -c "DROP DATABASE by_hand"'
}
