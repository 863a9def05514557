// A database that followed goes on by itself, since what it followed is gone.
#include <fmt/format.h>

#include "migration/postgres/moving.hpp"
#include "migration/postgres/scripts.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

// Sequences do not follow, so each is set behind what the columns hold that take their numbers from it: those that it belongs to, and those
// with a default that names it (https://www.postgresql.org/docs/15/catalog-pg-depend.html). Numbers that were given out in the last moments may
// be known to somebody: so it goes on a little later, by a thousandth of what is left of it and 10,000 at most.
constexpr std::string_view advancing = R"(CREATE OR REPLACE FUNCTION pg_temp.advance_sequences() RETURNS SETOF text LANGUAGE plpgsql SET search_path = pg_catalog AS $divio$
DECLARE
  one record;
  used record;
  reached numeric;
  held numeric;
  is_used boolean;
BEGIN
  FOR one IN SELECT * FROM {schema}.sequences() LOOP
    reached := one.last;
    is_used := false;
    FOR used IN
      SELECT format('%I.%I', nspname, relname) AS relation, attname
        FROM (SELECT refobjid AS relation, refobjsubid AS number FROM pg_depend
               WHERE classid = 'pg_class'::regclass AND objid = to_regclass(one.name) AND refclassid = 'pg_class'::regclass AND refobjsubid > 0
               UNION
              SELECT adrelid, adnum FROM pg_depend JOIN pg_attrdef a ON a.oid = objid
               WHERE classid = 'pg_attrdef'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = to_regclass(one.name)) AS users
        JOIN pg_attribute ON attrelid = relation AND attnum = number JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace
       WHERE relkind IN ('r', 'p')  -- a view may run anything, and with these rights
         AND atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
    LOOP
      is_used := true;
      EXECUTE format('SELECT %s(%I) FROM %s', CASE WHEN one.increment > 0 THEN 'max' ELSE 'min' END, used.attname, used.relation) INTO held;
      reached := CASE WHEN held IS NULL THEN reached WHEN one.increment > 0 THEN greatest(reached, held) ELSE least(reached, held) END;
    END LOOP;
    reached := trunc(least(greatest(reached, one.lowest), one.highest));
    reached := reached + one.increment::numeric * least(10000, trunc((CASE WHEN one.increment > 0 THEN one.highest - reached ELSE reached - one.lowest END) / abs(one.increment::numeric) / 1000));
    PERFORM setval(to_regclass(one.name), reached::bigint, true);
    IF NOT is_used THEN RETURN NEXT one.name; END IF;
  END LOOP;
END
$divio$;
SELECT pg_temp.advance_sequences();
)";

}  // namespace

Result<std::vector<std::string>> take_over(Conversation& side, int attempt) {
  DIVIO_TRY(left, side.ask(subscription_removal("subname IN ('{forward}', '{backward}')"), "end following"));
  DIVIO_TRY(answer, side.ask(advancing, "set the sequences"));
  DIVIO_CHECK(unfence(side, attempt));
  std::vector<std::string> unknown;
  for (const auto& line : split(answer, '\n'))
    if (!trim(line).empty()) unknown.emplace_back(trim(line));
  return unknown;
}

}  // namespace divio::migration::postgres
