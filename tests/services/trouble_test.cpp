// Servers that are killed, starved or given what they cannot read, on a real engine.
#include <fmt/format.h>

#include <thread>

#include "services/real_servers.hpp"
#include "services/server_container.hpp"

using namespace divio;
using namespace divio::test;
using model::ServiceType;
using services::Server;


TEST_CASE("a server that was killed while it made its volume begins again and serves") {
  RealServers servers;
  for (const auto type : {ServiceType::postgres, ServiceType::mariadb}) {
    const auto server = servers.plan(type, std::string("killed-") + std::string(model::to_string(type)));
    for (const auto after : {300, 900, 1800}) {
      std::jthread ensuring([&] { (void)services::ensure_server(servers.place(), server); });
      std::this_thread::sleep_for(std::chrono::milliseconds(after));
      (void)servers.ground().containers().remove(server.name);
      // Whoever was waiting learns that it is gone, or has made it again.
    }
    REQUIRE_OK(services::ensure_server(servers.place(), server));
    const auto instance = servers.tenant(server, "survivor");
    CHECK(servers.administrate(server, instance.database, "SELECT 1;\n").out == "1\n");
    (void)servers.ground().containers().remove(server.name);
  }
}

TEST_CASE("data stays when a server is killed, made anew with other limits, or removed without its data") {
  RealServers servers;
  auto server = servers.plan(ServiceType::postgres, "kept");
  REQUIRE_OK(services::ensure_server(servers.place(), server));
  const auto client = servers.client(server, "kept-net", 0);
  const auto instance = servers.tenant(server, "kept");
  REQUIRE(servers.query(client, instance, "CREATE TABLE note AS SELECT 42 AS number;\n").code == 0);
  const auto intact = [&] { CHECK(servers.query(client, instance, "SELECT number FROM note;\n").out == "42\n"); };

  REQUIRE_OK(servers.ground().containers().kill(server.name, "KILL"));
  CHECK(services::look_at_server(servers.ground().engine(), server)->state == services::ServerState::stopped);
  REQUIRE_OK(services::ensure_server(servers.place(), server));
  intact();

  server.limits.memory_bytes = 256U << 20U;
  CHECK_FALSE(services::look_at_server(servers.ground().engine(), server)->current);
  REQUIRE_OK(services::ensure_server(servers.place(), server));
  intact();  // its networks and names are those it had
  CHECK(servers.administrate(server, "postgres", "SHOW shared_buffers;\n").out == "64MB\n");

  REQUIRE_OK(services::remove_server(servers.place(), server, services::Data::kept));
  REQUIRE_OK(services::ensure_server(servers.place(), server));
  REQUIRE_OK(servers.ground().engine().networks().connect({client.network, server.name, {"db"}}));
  intact();

  auto newer = server;
  newer.version = "16";
  newer.image = "postgres:15";
  CHECK_CODE(ErrorCode::refused, services::ensure_server(servers.place(), newer));
  intact();
  REQUIRE_OK(services::remove_server(servers.place(), server, services::Data::removed));
  REQUIRE_OK(services::remove_server(servers.place(), server, services::Data::removed));
  CHECK(servers.ground().engine().volumes().list(services::labels_of(server))->empty());
}

TEST_CASE("a server that cannot serve is told with its cause") {
  RealServers servers;
  SUBCASE("too little memory") {
    auto server = servers.plan(ServiceType::mariadb, "starved");
    server.limits.memory_bytes = 24U << 20U;
    const auto made = services::ensure_server(servers.place(), server);
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find("ran out of memory (24 MiB)") != std::string::npos);
    CHECK(made.error().hint.starts_with("give it more memory"));
  }
  SUBCASE("an image that is not there") {
    auto server = servers.plan(ServiceType::redis, "lost");
    server.image = "localhost:1/no/such:image";
    const auto made = services::ensure_server(servers.place(), server);
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find("no/such:image") != std::string::npos);
    CHECK(services::look_at_server(servers.ground().engine(), server)->state == services::ServerState::absent);
  }
  SUBCASE("a long dump that is found to be none at its beginning") {
    const auto& server = servers.server(ServiceType::postgres);
    const auto instance = servers.tenant(server, "fed");
    const std::string noise = "PGDMP" + std::string(1U << 20U, 'x');
    const auto fed = services::restore(servers.place(), server, instance, [&](const ports::ByteSink& sink) -> Result<void> {
      for (int i = 0; i < 64; ++i)
        if (auto sent = sink(noise); !sent) return sent;
      return {};
    });
    REQUIRE_FALSE(fed);
    CHECK(fed.error().message == "cannot restore database " + instance.database);
    CHECK(fed.error().hint.find("unsupported version") != std::string::npos);
  }
  SUBCASE("somebody else's container") {
    auto server = servers.plan(ServiceType::redis, "foreign");
    (void)servers.ground().run("foreign", {"sleep", "1000"});
    CHECK_CODE(ErrorCode::refused, services::ensure_server(servers.place(), server));
  }
}

TEST_CASE("dumps that are taken while accounts are written to are each one moment of them") {
  RealServers servers;
  for (const auto type : {ServiceType::postgres, ServiceType::mariadb}) {
    const auto& server = servers.server(type);
    const auto instance = servers.tenant(server, "bank");
    const auto copy = servers.tenant(server, "copy");
    const auto client = servers.client(server, std::string("bank-" + std::string(model::to_string(type))).c_str(), static_cast<int>(type));
    REQUIRE(servers.query(client, instance,
                          "CREATE TABLE a (id int PRIMARY KEY, amount int); CREATE TABLE b (id int PRIMARY KEY, amount int);\n"
                          "INSERT INTO a VALUES (1, 1000000); INSERT INTO b VALUES (1, 0);\n").code == 0);
    std::string moves;
    for (int i = 0; i < 20000; ++i)
      moves += "BEGIN; UPDATE a SET amount = amount - 7; UPDATE b SET amount = amount + 7; COMMIT;\n";
    std::jthread writer([&] { (void)servers.query(client, instance, moves); });
    int moved = 0;
    for (int round = 0; round < 4; ++round) {
      std::string bytes;
      REQUIRE_OK(services::dump(servers.place(), server, instance, [&](std::string_view more) -> Result<void> {
        bytes += more;
        return {};
      }));
      REQUIRE_OK(services::restore(servers.place(), server, copy, [&](const ports::ByteSink& sink) { return sink(bytes); }));
      const auto said = servers.query(client, copy, "SELECT a.amount + b.amount, b.amount FROM a, b;\n");
      CHECK(said.out.starts_with("1000000"));
      moved += said.out.find_first_of("123456789", 7) != std::string::npos ? 1 : 0;
    }
    CHECK(moved > 0);  // something was written while dumps were taken
    REQUIRE_OK(services::remove_instance(servers.place(), server, instance));  // ends the writer
  }
}
