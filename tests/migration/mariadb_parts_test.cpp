// The pure parts of moving MariaDB.
#include <doctest/doctest.h>

#include "migration/mariadb/copying.hpp"
#include "migration/mariadb/inventory.hpp"
#include "migration/mariadb/moving.hpp"
#include "migration/mariadb/scripts.hpp"

using namespace divio;
using namespace divio::migration::mariadb;

namespace {

// As MariaDB 10.11 writes it, shortened.
std::string answer_of_source(const std::string& position = "5042", const std::string& closed = "1") {
  return "*************************** 1. row ***************************\n      attempt: 2\n        ended: 0\n       closed: " + closed +
         "\n     log_file: mariadb-bin.000003\n log_position: 5042\n      follows: \n      loading: 0\n      trouble: \n    server_id: 77\n"
         "*************************** 1. row ***************************\n            File: mariadb-bin.000003\n        Position: " + position + "\n    Binlog_Do_DB: \n";
}

struct Link {
  std::string receives = "Yes";
  std::string applies = "Yes";
  std::string sql_error = "0\n Last_SQL_Error: ";
  std::string io_error = "0\n Last_IO_Error: ";
  std::string loading = "0";
};

std::string answer_of_target(const Link& link = {}, const std::string& name = "d1") {
  return "*** 1. row ***\n attempt: 2\n ended: 1\n closed: 1\n log_file: mariadb-bin.000001\n log_position: 300\n follows: 10.0.0.2:3306\n loading: " + link.loading +
         "\n trouble: \n server_id: 78\n*************************** 1. row ***************************\n File: mariadb-bin.000001\n Position: 900\n"
         "*************************** 1. row ***************************\n Connection_name: other\n Master_Host: 10.0.0.9\n Master_Port: 3306\n Slave_IO_Running: Yes\n"
         " Slave_SQL_Running: No\n Last_SQL_Errno: 1062\n Last_SQL_Error: of another one\n Master_Server_Id: 5\n"
         "*************************** 2. row ***************************\n Connection_name: " + name +
         "\n Master_Host: 10.0.0.2\n Master_Port: 3306\n Master_Log_File: mariadb-bin.000003\n Read_Master_Log_Pos: 6000\n Relay_Master_Log_File: mariadb-bin.000003\n"
         " Slave_IO_Running: " + link.receives + "\n Slave_SQL_Running: " + link.applies + "\n Exec_Master_Log_Pos: 5042\n Last_IO_Errno: " + link.io_error +
         "\n Last_SQL_Errno: " + link.sql_error + "\n Master_Server_Id: 77\n";
}

Standing target_with(const Link& link) {
  const auto seen = parse_standing(answer_of_target(link), "d1");
  REQUIRE(seen);
  return *seen;
}

}  // namespace

TEST_CASE("how a database stands is read from what its server says, of its own connection among several") {
  const auto source = parse_standing(answer_of_source(), "d1");
  REQUIRE(source);
  CHECK(source->epoch == planning::Epoch{2, false});
  CHECK(source->fence == planning::Fence::up);
  CHECK(source->stream == planning::Stream::absent);
  CHECK(source->follows.empty());
  CHECK_FALSE(source->holds_copy);
  CHECK(source->server == 77);
  CHECK(source->written.file == "mariadb-bin.000003");
  CHECK(source->written.at == 5042);
  CHECK(source->noted.at == 5042);
  CHECK(parse_standing(answer_of_source("1", "0"), "d1")->fence == planning::Fence::down);

  const auto target = target_with({});
  CHECK(target.epoch == planning::Epoch{2, true});
  CHECK(target.stream == planning::Stream::following);
  CHECK(target.follows == "10.0.0.2:3306");
  CHECK(target.holds_copy);
  CHECK(target.followed == 77);
  CHECK(target.applied.at == 5042);
  CHECK(target.received.at == 6000);
  CHECK(target.trouble.empty());
  CHECK(parse_standing(answer_of_target({}, "else"), "d1")->stream == planning::Stream::absent);
  CHECK_FALSE(parse_standing("ERROR 2002 (HY000): Can't connect\n", "d1"));
  CHECK_FALSE(parse_standing("", "d1"));
}

TEST_CASE("what does not go on by itself is trouble, and what does is not") {
  using planning::Stream;
  CHECK(target_with({.receives = "Connecting"}).stream == Stream::copying);
  CHECK(target_with({.receives = "Connecting", .io_error = "2003\n Last_IO_Error: cannot connect"}).trouble.empty());
  CHECK(target_with({.receives = "Preparing"}).stream == Stream::copying);
  CHECK(target_with({.loading = "1"}).stream == Stream::copying);
  const auto stopped = target_with({.applies = "No", .sql_error = "1062\n Last_SQL_Error: Duplicate entry '7'"});
  CHECK(stopped.stream == Stream::absent);
  CHECK(stopped.trouble == "Duplicate entry '7'");
  const auto gone = target_with({.receives = "No", .io_error = "1236\n Last_IO_Error: could not find the log"});
  CHECK(gone.stream == Stream::absent);
  CHECK(gone.trouble == "could not find the log");
  const auto halted = target_with({.receives = "No", .applies = "No"});
  CHECK(halted.stream == Stream::absent);
  CHECK(halted.trouble.empty());
}

TEST_CASE("a place in a log is compared by file and position, also behind the millionth file") {
  const LogPosition place{"mariadb-bin.000002", 100};
  CHECK(reaches(place, place));
  CHECK(reaches({"mariadb-bin.000002", 101}, place));
  CHECK_FALSE(reaches({"mariadb-bin.000002", 99}, place));
  CHECK(reaches({"mariadb-bin.000010", 4}, place));
  CHECK_FALSE(reaches({"mariadb-bin.000001", 900}, place));
  CHECK(reaches({"mariadb-bin.1000000", 4}, {"mariadb-bin.999999", 900}));
  CHECK_FALSE(reaches({"mariadb-bin.999999", 900}, {"mariadb-bin.1000000", 4}));
  CHECK_FALSE(reaches({}, place));
}

TEST_CASE("all is there only where the source was closed, is whom the target follows, and the target is at least as far") {
  const auto source = *parse_standing(answer_of_source(), "d1");
  const auto target = target_with({});
  CHECK(has_all(source, target));
  // What others write behind the fence does not count.
  CHECK(has_all(*parse_standing(answer_of_source("9000"), "d1"), target));
  CHECK_FALSE(is_as_far(*parse_standing(answer_of_source("9000"), "d1"), target));
  CHECK(is_as_far(source, target));
  auto ahead = source;
  ahead.noted.at = 5043;
  CHECK_FALSE(has_all(ahead, target));
  CHECK_FALSE(has_all(*parse_standing(answer_of_source("5042", "0"), "d1"), target));
  CHECK_FALSE(has_all(source, target_with({.receives = "Connecting"})));
  CHECK_FALSE(has_all(source, target_with({.loading = "1"})));
  CHECK_FALSE(has_all(source, source));
  auto other = source;
  other.server = 5;
  CHECK_FALSE(has_all(other, target));
  CHECK_FALSE(is_as_far(other, target));
}

TEST_CASE("how far the source is ahead is counted in bytes of its log") {
  auto source = *parse_standing(answer_of_source(), "d1");
  const auto target = target_with({});
  CHECK(lag(source, target) == 0);
  source.written.at = 6042;
  CHECK(lag(source, target) == 1000);
  source.written = {"mariadb-bin.000004", 700};
  CHECK(lag(source, target) == 700);
  source.server = 5;
  CHECK(lag(source, target) == 0);
}

TEST_CASE("what is in the way of moving MariaDB is found before anything is done") {
  const auto source = parse_inventory("free_disk: 1000\n*** 1. row ***\n version: 10.11.8-MariaDB\nlogs_rows: 1\n*** 1. row ***\ncollation: utf8mb4_general_ci\n"
                                      "bytes: 1048576\n tables: 3\nowner: \nstarts_following: 0\n");
  REQUIRE(source);
  CHECK(source->version == "10.11.8-MariaDB");
  CHECK(source->logs_rows);
  CHECK_FALSE(source->starts_following);
  CHECK(source->bytes == 1048576);
  CHECK(source->tables == 3);
  CHECK(source->free_disk == 1024000);
  CHECK(source->collation == "utf8mb4_general_ci");
  auto target = *source;
  target.tables = 0;
  target.free_disk = 1ULL << 30;
  CHECK(obstacles(*source, target).empty());
  target.tables = 2;
  REQUIRE(obstacles(*source, target).size() == 1);
  CHECK(obstacles(*source, target).front() == migration::Obstacle{false, "what the target's database holds is replaced: 2 tables", "see whether somebody needs them"});
  target.tables = 0;

  const auto only = [&](const Inventory& from, const Inventory& to) {
    const auto found = obstacles(from, to);
    REQUIRE(found.size() == 1);
    return found.front().what;
  };
  auto odd = *source;
  odd.engines = {"note (MyISAM)"};
  CHECK(only(odd, target) == "table note (MyISAM) is of an engine without transactions, so it cannot be copied while it is written to");
  CHECK(obstacles(odd, target).front().way_out == "run: ALTER TABLE note ENGINE = InnoDB");
  odd = *source;
  odd.keyless = {"bare"};
  CHECK(only(odd, target) == "table bare has no primary key, so its changes cannot be followed");
  odd = *source;
  odd.definers = {"view v (root@localhost)"};
  CHECK(only(odd, target) == "view v (root@localhost) runs with the rights of somebody who is not the service's user");
  odd = *source;
  odd.prepared = 2;
  CHECK_FALSE(obstacles(odd, target).front().stops);
  odd = *source;
  odd.migration = "m7";
  CHECK(only(odd, target) == "the source's server has traces of migration m7");
  odd = *source;
  odd.logs_rows = false;
  CHECK(only(odd, target).starts_with("the source's server keeps no binary log of rows"));
  odd = *source;
  odd.starts_following = true;
  CHECK(only(odd, target).starts_with("the source's server would follow by itself"));

  target.free_disk = 1024;
  CHECK(only(*source, target).starts_with("the target's disk has 1 KiB left"));
  target.free_disk = 1ULL << 30;
  target.version = "11.4.2-MariaDB";
  CHECK(obstacles(*source, target).empty());
  odd = *source;
  odd.version = "11.4.2-MariaDB";
  target.version = source->version;
  CHECK(only(odd, target) == "the target has MariaDB 10.11.8-MariaDB, which is older than 11.4.2-MariaDB");
  target.version = "10.6.4-MariaDB";
  CHECK(can_follow(target).size() == 1);
  target.missing = {"flock"};
  CHECK(can_follow(target).size() == 2);
  CHECK(can_be_copied(target).empty());
  target.missing = {"flock", "mariadb-dump"};
  REQUIRE(can_be_copied(target).size() == 1);
  CHECK(can_be_copied(target).front().what == "the image of MariaDB has no program mariadb-dump, by which it would be copied");
  CHECK_FALSE(parse_inventory("ERROR 2002 (HY000): Can't connect"));
}

TEST_CASE("names of what is in the way are read from lines of their own") {
  const auto found = parse_inventory("missing: flock\nversion: 10.11.8-MariaDB\nengine: note (MyISAM)\nengine: other (Aria)\nkeyless: bare\ndefiner: trigger t (root@localhost)\n"
                                     "formatID: 1\nformatID: 1\nowner: m1\n");
  REQUIRE(found);
  CHECK(found->missing == std::vector<std::string>{"flock"});
  CHECK(found->engines == std::vector<std::string>{"note (MyISAM)", "other (Aria)"});
  CHECK(found->keyless == std::vector<std::string>{"bare"});
  CHECK(found->definers == std::vector<std::string>{"trigger t (root@localhost)"});
  CHECK(found->prepared == 2);
  CHECK(found->migration == "m1");
  CHECK(found->starts_following);
}

TEST_CASE("no script leaves a name open") {
  const Names names{"m1", "d1", "divio_migration_d1", "divio-d1"};
  for (const auto script : {session_script(), prepare_script(), standing_script(), owner_script()}) {
    const auto filled = named(script, names);
    CAPTURE(filled);
    for (const char* open : {"{database}", "{login}", "{schema}", "{migration}"}) CHECK(filled.find(open) == std::string::npos);
  }
  CHECK(copying_program().find('{') != std::string_view::npos);
  // Longer ones no command can be given: MAX_ARG_STRLEN in Linux's include/uapi/linux/binfmts.h.
  CHECK(copying_program().size() < std::size_t{128} * 1024);
}
