// What stands in the way of moving a PostgreSQL database, and what people are told of it.
#include <doctest/doctest.h>

#include <algorithm>

#include "migration/postgres/inventory.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::migration::postgres;

namespace {

// A database and a server for it between which nothing stands.
Inventory movable() {
  Inventory found;
  found.version = 15;
  found.wal_level = "logical";
  found.room = {10, 0, 10, 0, 4, 0};
  found.tables = {{"public.note", 100, 8192, true}};
  found.extensions = {{"plpgsql", "1.0"}};
  return found;
}

Offer able() { return {15, "logical", {10, 0, 10, 0, 4, 0}, {{"plpgsql", "1.0"}, {"citext", "1.6"}}}; }

// The only obstacle that there is.
Obstacle only(const Inventory& source, const Offer& target) {
  const auto found = obstacles(source, target);
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found.front().way_out.empty());
  return found.front();
}

}  // namespace

TEST_CASE("nothing stands in the way of a plain database") { CHECK(obstacles(movable(), able()).empty()); }

TEST_CASE("each thing that stops a move is named, with the way out") {
  auto source = movable();
  SUBCASE("a table without identity") {
    source.tables.push_back({"public.log", 5, 8192, false});
    const auto found = only(source, able());
    CHECK(found.what == "table public.log has no primary key, so its changes cannot be followed");
    CHECK(found.way_out == "add one, or run: ALTER TABLE public.log REPLICA IDENTITY FULL");
  }
  SUBCASE("large objects") {
    source.large_objects = 3;
    CHECK(only(source, able()).what == "3 large objects are not replicated");
  }
  SUBCASE("an unlogged table") {
    source.unlogged = {"public.cache"};
    CHECK(only(source, able()).way_out == "run: ALTER TABLE public.cache SET LOGGED, or drop it");
  }
  SUBCASE("a trigger that fires for replicated rows") {
    source.triggers = {"public.note.audit"};
    CHECK(only(source, able()).what == "trigger public.note.audit fires for replicated rows too, and would do its work twice");
  }
  SUBCASE("an event trigger") {
    source.event_triggers = {"watch"};
    CHECK(only(source, able()).what == "event trigger watch is not moved");
  }
  SUBCASE("a prepared transaction") {
    source.prepared = {"gid-1"};
    CHECK(only(source, able()).way_out == "end it: COMMIT PREPARED or ROLLBACK PREPARED 'gid-1'");
  }
  SUBCASE("another migration under way") {
    source.publications = {"divio_m1_d0123_f"};
    CHECK(only(source, able()).what ==
          "publication divio_m1_d0123_f is there: another migration is under way, or something else replicates this database");
  }
  SUBCASE("a subscription") {
    source.subscriptions = {"s"};
    CHECK(only(source, able()).what == "subscription s writes to this database");
  }
  SUBCASE("a slot") {
    source.slots = {"s"};
    CHECK(only(source, able()).what == "replication slot s of this database is there");
  }
  SUBCASE("an extension that the target lacks") {
    source.extensions["postgis"] = "3.3.2";
    CHECK(only(source, able()).what == "extension postgis 3.3.2 is not there on the target");
  }
  SUBCASE("too old") {
    source.version = 12;
    CHECK(only(source, able()).what == "PostgreSQL 12 is too old to be moved live");
  }
  SUBCASE("wal_level") {
    source.wal_level = "replica";
    CHECK(only(source, able()).what == "the source's server has wal_level replica, which is not enough to follow it");
  }
  SUBCASE("no room for slots") {
    source.room.slots_used = 8;
    CHECK(only(source, able()).what == "the source's server has 10 replication slots, 8 in use, and 3 more are needed");
  }
}

TEST_CASE("a target that is older is refused, one that has another version of an extension is not") {
  auto target = able();
  target.version = 14;
  CHECK(only(movable(), target).what == "the target has PostgreSQL 14, which is older than 15");
  target = able();
  target.extensions["plpgsql"] = "1.1";
  const auto found = only(movable(), target);
  CHECK_FALSE(found.stops);
  CHECK(found.what == "extension plpgsql becomes 1.1 from 1.0");
}

TEST_CASE("a server that lacks what the target needs for copying is refused for each thing") {
  auto target = able();
  target.room = {10, 10, 10, 10, 4, 2};
  CHECK(obstacles(movable(), target).size() == 3);
}

TEST_CASE("an answer of the server becomes an inventory, and one that breaks off is none") {
  const std::string answer =
      "server\t15\tlogical\nroom\t10\t1\t12\t2\t4\t3\nbytes\t7000\nlarge objects\t2\ntable\tpublic.note\t12\t8192\tt\n"
      "table\tpublic.log\t0\t0\tf\nunlogged\tpublic.cache\nextension\tplpgsql\t1.0\nslot\ts1\ndone\n";
  const auto found = parse_inventory(answer);
  REQUIRE(found);
  CHECK(found->version == 15);
  CHECK(found->wal_level == "logical");
  CHECK(found->room == Room{10, 1, 12, 2, 4, 3});
  CHECK(found->bytes == 7000);
  CHECK(found->large_objects == 2);
  CHECK(found->tables == std::vector<Table>{{"public.note", 12, 8192, true}, {"public.log", 0, 0, false}});
  CHECK(found->unlogged == std::vector<std::string>{"public.cache"});
  CHECK(found->extensions.at("plpgsql") == "1.0");
  CHECK(found->slots == std::vector<std::string>{"s1"});
  for (const auto cut : {std::size_t{0}, answer.size() - 6, answer.size() / 2}) CHECK_FALSE(parse_inventory(answer.substr(0, cut)));
}

TEST_CASE("names are a migration's own, short enough for PostgreSQL, and tell databases of one server apart") {
  model::ServiceInstance instance{{model::ProjectName::parse("shop").value(), model::EnvironmentName::parse("live").value()},
                                  model::ServicePrefix::parse("default").value(),
                                  model::ServiceType::postgres};
  instance.database = "d0123456789abcdef01234567";
  instance.role = "d0123456789abcdef01234567g1";
  const auto names = names_of("20261123-063512-4f2a", instance);
  REQUIRE(names);
  CHECK(names->schema == "divio_migration_20261123_063512_4f2a");
  CHECK(names->forward == "divio_20261123_063512_4f2a_d0123456789a_f");
  CHECK(names->backward.size() <= 63);
  CHECK(named("{schema}.x {role} '{}'", *names) == "divio_migration_20261123_063512_4f2a.x divio_20261123_063512_4f2a_d0123456789a '{}'");
  instance.database = "d0123456789bbcdef01234567";
  CHECK(names_of("20261123-063512-4f2a", instance)->forward != names->forward);
  for (const char* wrong : {"", "A", "a_b", "a'b", "0123456789012345678901234"}) CHECK_FALSE(names_of(wrong, instance));
}

TEST_CASE("what an image says of its extensions is read by name and version, and what is none is left out") {
  const auto found = parse_extensions("plpgsql 1.0\npg_stat_statements 1.10\n\nnoise\n uuid-ossp\n");
  CHECK(found == std::map<std::string, std::string>{{"pg_stat_statements", "1.10"}, {"plpgsql", "1.0"}});
  CHECK(parse_extensions("").empty());
}
