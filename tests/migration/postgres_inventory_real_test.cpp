// The inventory of real databases.
#include "migration/postgres/inventory.hpp"
#include "migration/postgres_sides.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"

using namespace divio;
using namespace divio::migration::postgres;
using namespace divio::test;

TEST_CASE("whatever stands in the way is found in a real database, and a plain one can be moved") {
  auto& sides = two_sides();
  const auto pair = sides.pair("inventory");
  REQUIRE(sides.as_tenant(pair.source, "CREATE TABLE note (id serial PRIMARY KEY, text text);\n"
                                       "INSERT INTO note (text) SELECT g FROM generate_series(1, 100) AS g; ANALYZE note;\n")
              .code == 0);
  const auto plain = inventory(pair.source);
  REQUIRE_OK(plain);
  const auto offered = offer(pair.target);
  REQUIRE_OK(offered);
  CHECK(std::to_string(plain->version) == pair.source.server.version);
  CHECK(plain->bytes > 1'000'000);
  REQUIRE(plain->tables.size() == 1);
  CHECK(plain->tables.front().name == "public.note");
  CHECK(plain->tables.front().rows == 100);
  CHECK(offered->extensions.contains("plpgsql"));
  std::string told;  // as before there is a server
  const auto keep = [&](std::string_view bytes) -> Result<void> {
    told += bytes;
    return {};
  };
  const auto asked = services::run_command(pair.target.place.engine, pair.target.server.name, services::administration(pair.target.server, extensions_command()), {{}, keep, {}});
  REQUIRE_OK(asked);
  CHECK(parse_extensions(told) == offered->extensions);
  for (const auto& obstacle : obstacles(*plain, *offered)) FAIL_CHECK(obstacle.what);

  REQUIRE(sides.as_tenant(pair.source,
                          "CREATE TABLE bare (id int); CREATE TABLE whole (id int); ALTER TABLE whole REPLICA IDENTITY FULL;\n"
                          "CREATE TABLE nothing (id int PRIMARY KEY); ALTER TABLE nothing REPLICA IDENTITY NOTHING;\n"
                          "CREATE TABLE keyed (id int NOT NULL); CREATE UNIQUE INDEX keyed_id ON keyed (id);\n"
                          "ALTER TABLE keyed REPLICA IDENTITY USING INDEX keyed_id;\n"
                          "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);\n"
                          "CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (10);\n"
                          "CREATE UNLOGGED TABLE cache (id int PRIMARY KEY); SELECT lo_create(0);\n"
                          "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
                          "CREATE TRIGGER always AFTER INSERT ON note EXECUTE FUNCTION noop();\n"
                          "ALTER TABLE note ENABLE ALWAYS TRIGGER always;\n")
              .code == 0);
  REQUIRE(sides.as_administrator(pair.source,
                                 "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';\n"
                                 "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();\n"
                                 "CREATE PUBLICATION p; SELECT pg_create_logical_replication_slot('s_inventory', 'pgoutput');\n")
              .code == 0);
  const auto found = inventory(pair.source);
  REQUIRE_OK(found);
  std::vector<std::string> without;
  for (const auto& table : found->tables)
    if (!table.identity) without.push_back(table.name);
  CHECK(without == std::vector<std::string>{"public.bare", "public.nothing"});
  CHECK(found->unlogged == std::vector<std::string>{"public.cache"});
  CHECK(found->large_objects == 1);
  CHECK(found->triggers == std::vector<std::string>{"public.note.always"});
  CHECK(found->event_triggers == std::vector<std::string>{"watch"});
  CHECK(found->publications == std::vector<std::string>{"p"});
  CHECK(found->slots == std::vector<std::string>{"s_inventory"});
  REQUIRE(sides.as_administrator(pair.source, "SELECT pg_drop_replication_slot('s_inventory');\n").code == 0);
  sides.remove(pair);
}
