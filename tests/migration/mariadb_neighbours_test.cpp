// Databases beside the one that is moved, on servers that are shared.
#include <fmt/format.h>

#include "migration/conversing.hpp"
#include "migration/mariadb/cleaning.hpp"
#include "migration/mariadb/copying.hpp"
#include "migration/mariadb/verification.hpp"
#include "migration/mariadb_writers.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;

namespace {

struct Neighbour {
  Neighbour() : pair(mariadb_sides().pair("neighbour")) {}
  ~Neighbour() { mariadb_sides().remove(pair); }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;
  MariadbSides::Pair pair;
};

// All that is called so, of any database.
std::string all_called(MariadbMove& move, const std::string& name) {
  return move.sides.ask(move.target.side(), fmt::format("SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE '{0}%' UNION ALL SELECT COUNT(*) FROM mysql.proc WHERE name LIKE '{0}%'"
                                                        " UNION ALL SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_name LIKE '{0}%'"
                                                        " UNION ALL SELECT COUNT(*) FROM mysql.event WHERE name LIKE '{0}%';", name));
}

// By the neighbour of the source, with everything that a tenant may make.
void make_things(MariadbTalk& tenant, const std::string& name) {
  const auto heard = tenant.hear(fmt::format("CREATE TABLE {0}_table (id INT PRIMARY KEY); INSERT INTO {0}_table VALUES (1), (2);\n"
                                "CREATE PROCEDURE {0}_procedure() DELETE FROM note; CREATE FUNCTION {0}_function() RETURNS INT RETURN 1;\n"
                                "CREATE TRIGGER {0}_trigger BEFORE INSERT ON {0}_table FOR EACH ROW SET NEW.id = NEW.id + 10;\n"
                                "CREATE VIEW {0}_view AS SELECT * FROM note; CREATE SEQUENCE {0}_sequence;\n"
                                "CREATE EVENT {0}_event ON SCHEDULE EVERY 1 DAY DO DELETE FROM note;\n"
                                "INSERT INTO {0}_table VALUES (3); CALL {0}_procedure(); INSERT INTO note (id, word) VALUES (7, 'source'); ALTER TABLE note ADD {0}_number INT; OPTIMIZE TABLE note;", name));
  CHECK_MESSAGE(heard.find("ERROR") == std::string::npos, heard);
}

}  // namespace

TEST_CASE("another tenant's database is neither copied nor touched, whatever is done to it on either server, and following goes on") {
  MariadbMove move("b1");
  const Neighbour other;
  auto here = move.sides.talk(other.pair.source);
  auto there = move.sides.talk(other.pair.target);
  for (auto* tenant : {&here, &there}) CHECK(tenant->say("CREATE TABLE note (id INT PRIMARY KEY, word TEXT); INSERT INTO note VALUES (1, 'own');"));
  move.fill(50000);
  REQUIRE_OK(fence(move.target, 0, fence_patience));
  REQUIRE_OK(admit_follower(move.source, move.there));
  make_things(here, "before");
  move.begin_copying();
  make_things(here, "meanwhile");
  CHECK(there.say("INSERT INTO note VALUES (2, 'own');"));
  move.await_following(move.target);
  make_things(here, "later");
  CHECK(here.say("DROP TABLE note; DROP TABLE later_table; DROP PROCEDURE later_procedure;"));
  CHECK(there.say("INSERT INTO note VALUES (3, 'own');"));
  // What root does elsewhere, also to all rights.
  const services::Place place = move.sides.servers().place();
  REQUIRE_OK(services::provision(place, other.pair.source.server, other.pair.source.instance));
  move.say("INSERT INTO note (writer, number) VALUES (0, 1);");
  move.catch_up();
  CHECK(written(move, move.target) == "0\t1");
  CHECK(there.hear("SELECT * FROM note;") == "1\town\n2\town\n3\town");
  CHECK(there.hear("SHOW TABLES;") == "note");
  for (const auto* name : {"before", "meanwhile", "later"}) CHECK(all_called(move, name) == "0\n0\n0\n0");
  // A neighbour whose database the target does not have at all.
  REQUIRE_OK(services::remove_instance(place, other.pair.target.server, other.pair.target.instance));
  CHECK(here.say("CREATE TABLE note (id INT PRIMARY KEY, word TEXT);"));
  make_things(here, "last");
  move.say("INSERT INTO note (writer, number) VALUES (0, 2);");
  move.catch_up();
  CHECK(written(move, move.target) == "0\t1\n0\t2");
  CHECK(all_called(move, "last") == "0\n0\n0\n0");
}

TEST_CASE("two databases are moved at once in opposite directions, and neither disturbs the other") {
  MariadbMove move("b2");
  const Neighbour other;
  auto from = conversing<Conversation>(other.pair.target, "b3");
  auto to = conversing<Conversation>(other.pair.source, "b3");
  for (auto* side : {&from, &to}) REQUIRE_OK(prepare(*side));
  auto tenant = move.sides.talk(other.pair.target);
  CHECK(tenant.say("CREATE TABLE note (id INT PRIMARY KEY, word TEXT); INSERT INTO note VALUES (1, 'own');"));
  move.fill(1000);
  MariadbWriters writers(move, 2);
  REQUIRE_OK(fence(to, 0, fence_patience));
  REQUIRE_OK(admit_follower(from, move.back));
  REQUIRE_OK(begin_copying(to, 0, move.target_peer(), move.back, collation(from).value()));
  move.prepare();
  move.await_following(to);
  CHECK(tenant.say("INSERT INTO note VALUES (2, 'own'); CREATE TABLE more (id INT PRIMARY KEY);"));
  writers.await_more();
  for (auto* side : {&from, &to}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(from, 1, fence_patience));
  CHECK(move.proven(from, to));
  REQUIRE_OK(open(to, 1));
  CHECK(move.sides.talk(other.pair.source).hear("SELECT COUNT(*) FROM note; SHOW TABLES;") == "2\nmore\nnote");
  for (auto* side : {&from, &to}) REQUIRE_OK(clean(side->side(), "b3"));
  CHECK(move.look(move.target).stream == planning::Stream::following);
  writers.await_more();
  const auto acknowledged = writers.stop();
  move.catch_up();
  CHECK((written(move, move.target) == acknowledged));
}
