// What every type of service with a server promises, on a real engine.
#include <fmt/format.h>

#include "services/real_servers.hpp"
#include "services/server_container.hpp"

using namespace divio;
using namespace divio::test;
using model::ServiceInstance;
using model::ServiceType;
using services::Server;

namespace {

RealServers& world() {
  static RealServers servers;
  return servers;
}

// The suite in the language of one type: data that fills an instance, its fingerprint, and what changes it.
struct Speech {
  ServiceType type;
  std::string fill;
  std::string count;     // its answer tells the data that is there from other data
  std::string filled;    // that answer after `fill`
  std::string change;
  std::string whoami;
};

const Speech& speech(ServiceType type) {
  static const Speech postgres{
      type,
      "CREATE TABLE note (id serial PRIMARY KEY, text text); CREATE VIEW long_note AS SELECT * FROM note WHERE id > 90;\n"
      "INSERT INTO note (text) SELECT 'öäü ' || g || chr(10) || '\\' FROM generate_series(1, 100) AS g;\n"
      "CREATE FUNCTION notes() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM note';\n",
      "SELECT notes(), (SELECT count(*) FROM long_note), md5(string_agg(text, ',' ORDER BY id)) FROM note;\n",
      "100|10|",
      "DELETE FROM note WHERE id > 50; CREATE TABLE extra ();\n",
      "SELECT current_user;\n"};
  static const Speech mariadb{
      ServiceType::mariadb,
      "CREATE TABLE note (id int AUTO_INCREMENT PRIMARY KEY, text varchar(100), picture blob) CHARACTER SET utf8mb4;\n"
      "CREATE VIEW long_note AS SELECT * FROM note WHERE id > 90;\n"
      "INSERT INTO note (text, picture) SELECT concat('öäü ', seq, '\\n\\''), unhex('00ff0d0a27') FROM seq_1_to_100;\n"
      "CREATE FUNCTION notes() RETURNS bigint READS SQL DATA RETURN (SELECT count(*) FROM note);\n",
      "SELECT notes(), (SELECT count(*) FROM long_note), sha2(group_concat(text, picture ORDER BY id), 256) FROM note;\n",
      "100\t10\t",
      "DELETE FROM note WHERE id > 50; CREATE TABLE extra (id int);\n",
      "SELECT current_user();\n"};
  static const Speech redis{ServiceType::redis,
                            "EVAL \"for i = 1, 100 do redis.call('set', 'note:' .. i, 'text ' .. i) end\" 0\nLPUSH list a b\n",
                            "DBSIZE\nGET note:77\n",
                            "101\ntext 77",
                            "DEL note:77\nSET extra 1\n",
                            "ACL WHOAMI\n"};
  return type == ServiceType::postgres ? postgres : type == ServiceType::mariadb ? mariadb : redis;
}

// An instance in a network of its own with data in it.
struct Filled {
  explicit Filled(ServiceType type, const char* name)
      : words(speech(type)), server(world().server(type)), instance(world().tenant(server, name)) {
    static int number = 0;
    client = world().client(server, fmt::format("{}-{}", model::to_string(type), name).c_str(), number++ % 10);
    const auto said = ask(words.fill);
    CAPTURE(said.err);
    REQUIRE(said.code == 0);
  }
  ~Filled() {
    (void)services::remove_instance(world().place(), server, instance);
    (void)world().ground().engine().networks().disconnect(client.network, server.name);
    (void)world().ground().containers().remove(client.container);
    (void)world().ground().engine().networks().remove(client.network);
  }
  RealServers::Said ask(const std::string& statements) { return world().query(client, instance, statements); }
  std::string fingerprint() {
    const auto said = ask(words.count);
    CAPTURE(said.err);
    REQUIRE(said.code == 0);
    CHECK(said.out.starts_with(words.filled));
    return said.out;
  }

  const Speech& words;
  const Server& server;
  ServiceInstance instance;
  RealServers::Client client;
};

Result<std::string> dumped(const Server& server, const ServiceInstance& instance) {
  std::string bytes;
  auto done = services::dump(world().place(), server, instance, [&](std::string_view more) -> Result<void> {
    bytes += more;
    return {};
  });
  if (!done) return Failure(done.error());
  return bytes;
}

Result<void> restored(const Server& server, const ServiceInstance& instance, std::string_view bytes) {
  return services::restore(world().place(), server, instance, [&](const ports::ByteSink& sink) -> Result<void> {
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 1000)))
      if (auto sent = sink(bytes.substr(0, 1000)); !sent) return sent;
    return {};
  });
}

const std::vector<ServiceType>& types() {
  static const std::vector<ServiceType> all{ServiceType::postgres, ServiceType::mariadb, ServiceType::redis};
  return all;
}

}  // namespace

#define EACH_TYPE(type)               \
  for (const auto type : types())     \
    SUBCASE(std::string(model::to_string(type)).c_str())

TEST_CASE("A server is made once, serves, and is seen; making it again changes nothing") {
  EACH_TYPE(type) {
    const auto& server = world().server(type);
    const auto before = world().ground().containers().inspect(server.name);
    REQUIRE_OK(before);
    REQUIRE_OK(services::ensure_server(world().place(), server));
    CHECK(world().ground().containers().inspect(server.name)->id == before->id);
    const auto seen = services::look_at_server(world().ground().engine(), server);
    REQUIRE_OK(seen);
    CHECK(services::to_string(seen->state) == "serving");
    CHECK(seen->current);
    CHECK(services::can_serve(world().ground().engine(), server) == true);
    // Nobody outside its networks reaches it, and who looks at the processes sees no password.
    const auto processes = world().run(server.name, {"sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"});
    CHECK(processes.out.find(server.password.reveal()) == std::string::npos);
    CHECK(before->aliases.find("bridge") == before->aliases.end());
  }
}

TEST_CASE("Servers can be replicated without a restart, and what nobody reads of that does not fill the disk") {
  const auto& postgres = world().server(ServiceType::postgres);
  CHECK(world().administrate(postgres, "postgres", "SHOW wal_level; SHOW max_slot_wal_keep_size; SHOW max_replication_slots;\n").out == "logical\n4GB\n10\n");
  const auto& mariadb = world().server(ServiceType::mariadb);
  CHECK(world().administrate(mariadb, "mysql", "SELECT @@log_bin, @@binlog_format, @@gtid_strict_mode, @@binlog_expire_logs_seconds;\n").out ==
        "1\tROW\t1\t259200\n");
}

TEST_CASE("An instance is provisioned once and again, and its containers log in with what the variables say") {
  EACH_TYPE(type) {
    Filled filled(type, "twice");
    const auto before = filled.fingerprint();
    REQUIRE_OK(services::provision(world().place(), filled.server, filled.instance));
    CHECK(filled.fingerprint() == before);
    CHECK(filled.ask(filled.words.whoami).out.starts_with(
        type == ServiceType::redis ? "default" : filled.instance.database));
    auto stranger = filled.instance;
    stranger.password = Secret("guessed");
    const auto refused = world().query(filled.client, stranger, filled.words.whoami);
    CHECK((refused.code != 0 || refused.out.find("NOAUTH") != std::string::npos));
  }
}

TEST_CASE("A rotation lets both logins in until it is finished, and then only the new one; every step can be done twice") {
  EACH_TYPE(type) {
    Filled filled(type, "rotated");
    const auto old = filled.instance;
    const auto next = services::new_login(old);
    REQUIRE_OK(next);
    CHECK(next->password != old.password);
    const auto place = world().place();
    for (int round = 0; round < 2; ++round) {
      REQUIRE_OK(services::begin_rotation(place, filled.server, old, *next));
      (void)filled.fingerprint();
    }
    filled.instance.role = next->role;
    filled.instance.password = next->password;
    const auto before = filled.fingerprint();
    // A table of the new login's is no other owner's.
    if (type == ServiceType::postgres) CHECK(filled.ask("CREATE TABLE made_by_new ()").code == 0);
    CHECK_CODE(ErrorCode::bug, services::finish_rotation(place, filled.server, filled.instance, *next));
    for (int round = 0; round < 2; ++round)
      REQUIRE_OK(services::finish_rotation(place, filled.server, filled.instance, {old.role, old.password}));
    CHECK(filled.fingerprint() == before);
    const auto refused = world().query(filled.client, old, filled.words.whoami);
    CHECK((refused.code != 0 || refused.out.find("NOAUTH") != std::string::npos));
  }
}

TEST_CASE("A dump that is restored is what was dumped, for the same instance and for another one") {
  EACH_TYPE(type) {
    Filled filled(type, "dumped");
    const auto before = filled.fingerprint();
    const auto dump = dumped(filled.server, filled.instance);
    REQUIRE_OK(dump);
    CHECK(dump->size() > 100);
    REQUIRE(filled.ask(filled.words.change).code == 0);
    REQUIRE_OK(restored(filled.server, filled.instance, *dump));
    CHECK(filled.fingerprint() == before);
    // The tenant owns what was restored, and what came later is gone.
    if (type != ServiceType::redis) {
      CHECK(filled.ask("DROP VIEW long_note; ALTER TABLE note ADD COLUMN more int;").code == 0);
      CHECK(filled.ask("SELECT * FROM extra;").code != 0);
    }
    if (type == ServiceType::redis) return;
    Filled other(type, "other");
    REQUIRE_OK(restored(other.server, other.instance, *dump));
    CHECK(other.fingerprint() == before);
  }
}

TEST_CASE("A dump that is cut short or is none leaves what was there") {
  for (const auto type : {ServiceType::postgres, ServiceType::redis}) SUBCASE(std::string(model::to_string(type)).c_str()) {
    Filled filled(type, "cut");
    const auto before = filled.fingerprint();
    auto dump = dumped(filled.server, filled.instance);
    REQUIRE_OK(dump);
    for (const auto& bad : {dump->substr(0, dump->size() / 2), std::string("hello, is this a dump?\n")}) {
      const auto result = restored(filled.server, filled.instance, bad);
      CHECK_CODE(ErrorCode::failed, result);
      CHECK_FALSE(result.error().hint.empty());
    }
    const auto broken = services::restore(world().place(), filled.server, filled.instance, [&](const ports::ByteSink& sink) -> Result<void> {
      if (auto sent = sink(dump->substr(0, dump->size() / 2)); !sent) return sent;
      return fail(ErrorCode::unreachable, "the store of backups went away");
    });
    CHECK_CODE(ErrorCode::unreachable, broken);
    CHECK(filled.fingerprint() == before);
  }
}

TEST_CASE("A plain SQL dump is recognised and restored as the tenant") {
  Filled filled(ServiceType::postgres, "plain");
  const auto before = filled.fingerprint();
  const auto plain = world().run(filled.server.name, {"pg_dump", "-U", "postgres", "--no-owner", "--no-privileges", filled.instance.database});
  REQUIRE(plain.code == 0);
  REQUIRE(filled.ask(filled.words.change).code == 0);
  REQUIRE_OK(restored(filled.server, filled.instance, plain.out));
  CHECK(filled.fingerprint() == before);
  CHECK(filled.ask("DROP VIEW long_note; ALTER TABLE note ADD COLUMN more int;").code == 0);
}

TEST_CASE("A dump can do no more than the tenant can") {
  struct Attempt {
    ServiceType type;
    std::string statement;
    std::string refusal;
  };
  for (const auto& [type, statement, refusal] :
       {Attempt{ServiceType::postgres, "RESET ROLE;\nCREATE ROLE intruder SUPERUSER LOGIN;\n", "must be superuser"},
        Attempt{ServiceType::postgres, "COPY (SELECT 1) TO PROGRAM 'id';\n", "must be superuser"},
        Attempt{ServiceType::postgres, "\\! id >/tmp/intruder\n", "backslash commands are restricted"},
        Attempt{ServiceType::postgres, "SELECT 1;\n\\connect - postgres\n", "backslash commands are restricted"},
        Attempt{ServiceType::mariadb, "system id >/tmp/intruder\n", "sandbox"},
        Attempt{ServiceType::mariadb, "GRANT ALL ON *.* TO intruder@`%`;\n", "denied"}}) {
    CAPTURE(statement);
    Filled filled(type, "confined");
    const auto result = restored(filled.server, filled.instance, statement);
    CHECK_CODE(ErrorCode::failed, result);
    CHECK_MESSAGE(result.error().hint.find(refusal) != std::string::npos, result.error().hint);
  }
}

TEST_CASE("What is removed is gone, and removing it again succeeds") {
  EACH_TYPE(type) {
    Filled filled(type, "removed");
    for (int round = 0; round < 2; ++round)
      REQUIRE_OK(services::remove_instance(world().place(), filled.server, filled.instance));
    const auto refused = filled.ask(filled.words.whoami);
    CHECK((refused.code != 0 || refused.out.find("NOAUTH") != std::string::npos));
    REQUIRE_OK(services::provision(world().place(), filled.server, filled.instance));
    const auto empty = filled.ask(filled.words.count);
    CHECK_FALSE(empty.out.starts_with(filled.words.filled));
  }
}

TEST_CASE("The shell is the server's client, logged in as the instance") {
  EACH_TYPE(type) {
    Filled filled(type, "shell");
    const auto command = services::shell_command(filled.instance);
    REQUIRE_OK(command);
    const auto said = world().run(filled.server.name, command->command, filled.words.whoami, command->environment);
    CHECK(said.out.find(type == ServiceType::redis ? "default" : filled.instance.database) != std::string::npos);
  }
}
