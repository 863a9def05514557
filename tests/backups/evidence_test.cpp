// Evidence on real servers: the same after a restore, and another one after any change.
#include <doctest/doctest.h>

#include "services/evidence.hpp"
#include "services/real_servers.hpp"

using namespace divio;
using namespace divio::test;
using model::ServiceType;

namespace {

struct Dumped {
  std::string bytes;
  model::Evidence evidence;
};

Dumped dumped(RealServers& servers, const services::Server& server, const model::ServiceInstance& instance) {
  Dumped result;
  const auto seen = services::dump_with_evidence(servers.place(), server, instance, [&](std::string_view bytes) -> Result<void> {
    result.bytes += bytes;
    return {};
  });
  REQUIRE_OK(seen);
  result.evidence = *seen;
  return result;
}

model::Evidence looked(RealServers& servers, const services::Server& server, const model::ServiceInstance& instance) {
  const auto seen = services::look_at_data(servers.place(), server, instance);
  REQUIRE_OK(seen);
  return *seen;
}

void put(RealServers& servers, const services::Server& server, const model::ServiceInstance& instance, const std::string& bytes) {
  REQUIRE_OK(services::restore(servers.place(), server, instance, [&](const ports::ByteSink& sink) { return sink(bytes); }));
}

void say(RealServers& servers, const services::Server& server, const std::string& database, const std::string& statements) {
  const auto said = servers.administrate(server, database, statements);
  REQUIRE_MESSAGE(said.code == 0, said.err);
}

}  // namespace

TEST_CASE("PostgreSQL: what was restored has the evidence of what was dumped, and a change is seen") {
  RealServers servers;
  const auto& server = servers.server(ServiceType::postgres);
  const auto source = servers.tenant(server, "one");
  const auto target = servers.tenant(server, "two");
  say(servers, server, source.database, R"(
CREATE SCHEMA odd; CREATE TABLE odd."a "" b" (id int PRIMARY KEY, t text, b bytea, d timestamptz, f float8, n numeric, j jsonb, a int[]);
INSERT INTO odd."a "" b" VALUES (1, E'tab\there\nline', '\x00ff', '2026-11-23 03:00+02', 0.1, 1.50, '{"a": [1, 2]}', '{1,NULL}'), (2, NULL, NULL, NULL, 'NaN', NULL, NULL, NULL);
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO parts VALUES (1, '2026-05-05'), (2, '2026-06-06');
CREATE VIEW seen AS SELECT id FROM parts WHERE id > 1; CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT x + 1'; CREATE INDEX ON parts (at);
CREATE TYPE odd.mood AS ENUM ('good', 'bad'); CREATE DOMAIN odd.short AS varchar(9) CHECK (VALUE IN ('a', 'b'));
CREATE TABLE odd.checked (state varchar(9) CHECK (state IN ('a', 'b')), n int DEFAULT 1 + 1 CHECK (n BETWEEN 1 AND 3), m odd.mood, s odd.short);
CREATE INDEX ON odd.checked (state) WHERE state IN ('a', 'b') AND n > 1; CREATE INDEX ON odd.checked (lower(state));
CREATE VIEW odd.those AS SELECT *, state || '!' AS loud FROM odd.checked WHERE state IN ('a', 'b');
SELECT lo_from_bytea(0, 'large');
)");
  const auto from = dumped(servers, server, source);
  REQUIRE(from.evidence.tables.size() == 4);
  CHECK(from.evidence.engine.starts_with("15"));
  CHECK(from.bytes.starts_with("PGDMP"));
  CHECK(looked(servers, server, source) == from.evidence);
  put(servers, server, target, from.bytes);
  CHECK(looked(servers, server, target) == from.evidence);
  say(servers, server, target.database, "UPDATE parts SET id = 3 WHERE id = 2");
  CHECK(looked(servers, server, target).tables != from.evidence.tables);
  auto schema = from.evidence.schema;
  for (const auto* change : {"ALTER TABLE parts ADD more int", "ALTER TABLE odd.checked ALTER state SET NOT NULL", "CREATE INDEX ON odd.checked (n)",
                             "ALTER TABLE odd.checked DROP CONSTRAINT checked_n_check", "DROP VIEW odd.those", "ALTER TYPE odd.mood ADD VALUE 'fair'",
                             "CREATE POLICY own ON parts", "DROP FUNCTION f", "ALTER DOMAIN odd.short SET NOT NULL"}) {
    CAPTURE(change);
    say(servers, server, source.database, change);
    const auto changed = looked(servers, server, source).schema;
    CHECK(changed != schema);
    schema = changed;
  }
  auto missing = source;
  missing.database = "nosuchdatabase";
  CHECK_FALSE(services::look_at_data(servers.place(), server, missing));
}

TEST_CASE("MariaDB: what was restored has the evidence of what was dumped, and a change is seen") {
  RealServers servers;
  const auto& server = servers.server(ServiceType::mariadb);
  const auto source = servers.tenant(server, "one");
  const auto target = servers.tenant(server, "two");
  say(servers, server, source.database, R"(
CREATE TABLE `a b` (id int AUTO_INCREMENT PRIMARY KEY, t text, b blob, d datetime(3), f double, j json);
INSERT INTO `a b` (t, b, d, f, j) VALUES ('it''s (odd); \n line', x'00ff27', '2026-11-23 03:00:00.5', 0.1, '{"a": 1}'), (NULL, NULL, NULL, NULL, NULL);
CREATE TABLE empty (id int);
CREATE VIEW seen AS SELECT id FROM `a b`;
CREATE TRIGGER t BEFORE INSERT ON empty FOR EACH ROW SET NEW.id = NEW.id + 1;
CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x + 1;
)");
  const auto from = dumped(servers, server, source);
  REQUIRE(from.evidence.tables.size() >= 2);
  CHECK(from.evidence.tables[0].name == "a b");
  CHECK(from.evidence.tables[0].rows == 2);
  CHECK(from.evidence.engine.starts_with("10.11"));
  put(servers, server, target, from.bytes);
  CHECK(looked(servers, server, target).tables == from.evidence.tables);
  // Where it is restored under its own name, as a drill does, the schema is the same text.
  put(servers, server, source, from.bytes);
  CHECK(looked(servers, server, source) == from.evidence);
  say(servers, server, source.database, "UPDATE `a b` SET t = 'x' WHERE id = 2");
  CHECK(looked(servers, server, source).tables != from.evidence.tables);
  say(servers, server, source.database, "ALTER TABLE empty ADD more int");
  CHECK(looked(servers, server, source).schema != from.evidence.schema);
}

TEST_CASE("Redis: keys that do not expire are counted, before and after a restore") {
  RealServers servers;
  const auto& server = servers.server(ServiceType::redis);
  const auto instance = servers.tenant(server, "one");
  say(servers, server, "0", "SET a 1\nSET b 2\nSET c 3 EX 1000\nLPUSH d 1 2 3\n");
  const auto from = dumped(servers, server, instance);
  REQUIRE(from.evidence.tables.size() == 1);
  CHECK(from.evidence.tables[0] == model::TableEvidence{"db0", 3, {}});
  CHECK(from.evidence.engine.starts_with("7."));
  say(servers, server, "0", "FLUSHALL\n");
  CHECK(looked(servers, server, instance).tables[0].rows == 0);
  put(servers, server, instance, from.bytes);
  CHECK(looked(servers, server, instance) == from.evidence);
}
