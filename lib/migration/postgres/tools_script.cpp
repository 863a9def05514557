#include "migration/postgres/scripts.hpp"

namespace divio::migration::postgres {
namespace {

// No key: a marker may come back by the way that it was sent for, and must not end that by clashing with itself.
constexpr std::string_view schema = R"(BEGIN;
CREATE SCHEMA IF NOT EXISTS {schema};
REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;
CREATE TABLE IF NOT EXISTS {schema}.marker (direction text, n bigint);

CREATE OR REPLACE FUNCTION {schema}.refuse() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION 'this database is being moved: % is refused for a moment', tg_tag USING ERRCODE = 'read_only_sql_transaction';
  END IF;
END
$divio$;
)";

// Privileges are set in the catalogue itself: REVOKE and GRANT would leave other texts than they found, and take longer.
// What they were is in the comment of the schema, since a table would be replicated. Privileges of one text, which most
// tables share, are worked out once.
constexpr std::string_view privileges = R"(
CREATE OR REPLACE FUNCTION {schema}.reading(acl aclitem[], writing text) RETURNS aclitem[]
LANGUAGE sql STABLE SET search_path = pg_catalog AS $divio$
  SELECT coalesce(array_agg(CASE WHEN coalesce(r.rolsuper, false) THEN item ELSE
           format('%s=%s/%s', CASE WHEN a.grantee = 0 THEN '' ELSE quote_ident(r.rolname) END,
                  regexp_replace(substring(item::text FROM '=([a-zA-Z*]*)/'), '[' || writing || '][*]?', '', 'g'),
                  a.grantor::regrole)::aclitem END), '{}')
    FROM unnest(acl) AS item CROSS JOIN LATERAL (SELECT grantee, grantor FROM aclexplode(ARRAY[item]) LIMIT 1) AS a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
$divio$;

CREATE OR REPLACE FUNCTION {schema}.privileges() RETURNS json LANGUAGE sql STABLE SET search_path = pg_catalog AS $divio$
  WITH ours AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|divio_migration_)'),
  things AS (
    SELECT 'pg_class' AS catalog, c.oid, 0 AS part, relacl AS acl,
           coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) AS whole,
           CASE relkind WHEN 'S' THEN 'wU' ELSE 'awdD' END AS writing
      FROM pg_class c JOIN ours ON ours.oid = relnamespace WHERE relkind IN ('r', 'p', 'f', 'S')
    UNION ALL SELECT 'pg_attribute', attrelid, attnum, attacl, attacl, 'aw'
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN ours ON ours.oid = relnamespace WHERE attacl IS NOT NULL
    UNION ALL SELECT 'pg_namespace', oid, 0, nspacl, coalesce(nspacl, acldefault('n', nspowner)), 'C' FROM ours
    UNION ALL SELECT 'pg_database', oid, 0, datacl, coalesce(datacl, acldefault('d', datdba)), 'C'
      FROM pg_database WHERE datname = current_database()),
  texts AS MATERIALIZED (
    SELECT whole, writing, {schema}.reading(whole::aclitem[], writing) AS reading
      FROM (SELECT DISTINCT whole::text AS whole, writing FROM things) AS different)
  SELECT json_agg(json_build_object('catalog', catalog, 'oid', oid::bigint, 'part', part, 'acl', acl, 'reading', reading))
    FROM things JOIN texts ON texts.whole = things.whole::text AND texts.writing = things.writing
$divio$;

CREATE OR REPLACE FUNCTION {schema}.set_privileges(held json, fenced boolean) RETURNS void
LANGUAGE sql SET search_path = pg_catalog AS $divio$
  UPDATE pg_class c SET relacl = CASE WHEN fenced THEN reading ELSE acl END
    FROM json_to_recordset(held) AS h(catalog text, oid oid, acl aclitem[], reading aclitem[])
   WHERE h.catalog = 'pg_class' AND c.oid = h.oid;
  UPDATE pg_attribute c SET attacl = CASE WHEN fenced THEN reading ELSE acl END
    FROM json_to_recordset(held) AS h(catalog text, oid oid, part int, acl aclitem[], reading aclitem[])
   WHERE h.catalog = 'pg_attribute' AND c.attrelid = h.oid AND c.attnum = h.part;
  UPDATE pg_namespace c SET nspacl = CASE WHEN fenced THEN reading ELSE acl END
    FROM json_to_recordset(held) AS h(catalog text, oid oid, acl aclitem[], reading aclitem[])
   WHERE h.catalog = 'pg_namespace' AND c.oid = h.oid;
  UPDATE pg_database c SET datacl = CASE WHEN fenced THEN reading ELSE acl END
    FROM json_to_recordset(held) AS h(catalog text, oid oid, acl aclitem[], reading aclitem[])
   WHERE h.catalog = 'pg_database' AND c.oid = h.oid;
$divio$;
)";

// What the database knows of attempts (planning/cut_over.hpp, Epoch) is in the comment of the marker's table, for a row
// would be replicated. Whoever acts for an attempt holds the lock until his transaction has ended.
constexpr std::string_view attempts = R"(
CREATE OR REPLACE FUNCTION {schema}.epoch(OUT attempt int, OUT ended boolean) LANGUAGE sql STABLE SET search_path = pg_catalog AS $divio$
  SELECT split_part(known, ' ', 1)::int, split_part(known, ' ', 2) = 'ended'
    FROM coalesce(obj_description('{schema}.marker'::regclass, 'pg_class'), '0 open') AS known
$divio$;

CREATE OR REPLACE FUNCTION {schema}.check_open(number int) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
BEGIN
  IF NOT EXISTS (SELECT FROM {schema}.epoch() WHERE attempt = number AND NOT ended) THEN
    RAISE EXCEPTION 'attempt % is not open here', number;
  END IF;
END
$divio$;

CREATE OR REPLACE FUNCTION {schema}.admit(number int) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('{schema}'));
  PERFORM {schema}.check_open(number);
END
$divio$;

CREATE OR REPLACE FUNCTION {schema}.learn(number int, over boolean) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
DECLARE
  known record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('{schema}'));
  SELECT * INTO known FROM {schema}.epoch();
  IF known.attempt > number OR (known.attempt = number AND known.ended AND NOT over) THEN
    RAISE EXCEPTION 'attempt % is not open here', number;
  END IF;
  IF known.attempt < number OR known.ended <> over THEN
    EXECUTE format('COMMENT ON TABLE {schema}.marker IS %L', number || CASE WHEN over THEN ' ended' ELSE ' open' END);
  END IF;
END
$divio$;
)";

// A transaction that changes a table's definition keeps its row of the catalogue locked: it has the patience too, and is
// then ended.
constexpr std::string_view fences = R"(
-- An earlier divioctl gave them another type of result, which cannot be replaced.
DROP FUNCTION IF EXISTS {schema}.end_writers(), {schema}.fence(int, interval), {schema}.await_writers(int, interval);

CREATE OR REPLACE FUNCTION {schema}.end_writers() RETURNS SETOF int LANGUAGE sql SET search_path = pg_catalog AS $divio$
  WITH writers AS MATERIALIZED (  -- or whoever is not meant may be asked to end before that is known
    SELECT a.pid
      FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
     WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND NOT r.rolsuper AND a.backend_xid IS NOT NULL)
  SELECT pid FROM writers WHERE pg_terminate_backend(pid)
$divio$;

CREATE OR REPLACE FUNCTION {schema}.fence(number int, patience interval) RETURNS SETOF int LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
DECLARE
  held json;
BEGIN
  PERFORM {schema}.admit(number);
  PERFORM set_config('lock_timeout', (greatest(extract(epoch FROM patience), 0.01) * 1000)::int::text, true);
  FOR attempt IN 1..5 LOOP
    BEGIN
      IF EXISTS (SELECT FROM pg_event_trigger WHERE evtname = '{schema}') THEN RETURN; END IF;
      held := {schema}.privileges();
      EXECUTE format('COMMENT ON SCHEMA {schema} IS %L', held);
      PERFORM {schema}.set_privileges(held, true);
      CREATE EVENT TRIGGER {schema} ON ddl_command_start EXECUTE FUNCTION {schema}.refuse();
      RETURN;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      RETURN QUERY SELECT {schema}.end_writers();
    END;
  END LOOP;
  RAISE EXCEPTION 'the privileges of this database are being changed all the time';
END
$divio$;

CREATE OR REPLACE FUNCTION {schema}.let_in() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('{schema}'));
  PERFORM {schema}.set_privileges(obj_description('{schema}'::regnamespace, 'pg_namespace')::json, false);
  DROP EVENT TRIGGER IF EXISTS {schema};
  COMMENT ON SCHEMA {schema} IS NULL;
END
$divio$;

CREATE OR REPLACE FUNCTION {schema}.unfence(number int) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
BEGIN
  PERFORM {schema}.learn(number, true);
  PERFORM {schema}.let_in();
END
$divio$;

-- Sessions with a transaction that began before and may still write.
CREATE OR REPLACE FUNCTION {schema}.writers(before timestamptz) RETURNS SETOF int LANGUAGE sql SET search_path = pg_catalog AS $divio$
  SELECT a.pid FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
   WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND NOT r.rolsuper AND a.xact_start <= before
     AND (a.backend_xid IS NOT NULL OR a.state NOT LIKE 'idle%'
          OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.mode <> 'AccessShareLock'))
$divio$;

CREATE OR REPLACE FUNCTION {schema}.await_writers(number int, patience interval) RETURNS SETOF int LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
DECLARE
  fenced constant timestamptz := clock_timestamp();
  writers int[];
BEGIN
  LOOP
    PERFORM pg_stat_clear_snapshot();
    SELECT array_agg(pid) INTO writers FROM {schema}.writers(fenced) AS pid;
    EXIT WHEN writers IS NULL;
    PERFORM {schema}.check_open(number);
    IF clock_timestamp() > fenced + patience THEN
      RETURN QUERY SELECT pid FROM unnest(writers) AS pid WHERE pg_terminate_backend(pid);
      PERFORM pg_sleep(0.02);
    ELSE
      PERFORM pg_sleep(0.001);
    END IF;
  END LOOP;
END
$divio$;
)";

// What a sequence gave out last is known without reading it; one that gave out nothing has to be read.
constexpr std::string_view questions = R"(
CREATE OR REPLACE FUNCTION {schema}.await_marker(of_direction text, number bigint, patience interval) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
DECLARE
  until constant timestamptz := clock_timestamp() + patience;
BEGIN
  LOOP
    IF EXISTS (SELECT FROM {schema}.marker WHERE direction = of_direction AND n = number) THEN RETURN true; END IF;
    IF clock_timestamp() >= until THEN RETURN false; END IF;
    PERFORM pg_sleep(0.0005);
  END LOOP;
END
$divio$;

CREATE OR REPLACE FUNCTION {schema}.sequences()
RETURNS TABLE (name text, last bigint, given_out boolean, increment bigint, lowest bigint, highest bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT format('%I.%I', nspname, relname) AS name, pg_sequence_last_value(seqrelid) AS last, seqincrement, seqmin, seqmax
               FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid JOIN pg_namespace n ON n.oid = relnamespace
              WHERE nspname !~ '^(pg_|divio_migration_)' ORDER BY 1
  LOOP
    sequences.name := one.name;
    sequences.last := one.last;
    sequences.given_out := true;
    IF one.last IS NULL THEN EXECUTE 'SELECT last_value, is_called FROM ' || one.name INTO sequences.last, sequences.given_out; END IF;
    sequences.increment := one.seqincrement;
    sequences.lowest := one.seqmin;
    sequences.highest := one.seqmax;
    RETURN NEXT;
  END LOOP;
END
$divio$;
COMMIT;
)";

}  // namespace

std::string tools_script() { return std::string(schema).append(privileges).append(attempts).append(fences).append(questions); }

}  // namespace divio::migration::postgres
