// The pure part of servers: what their containers are made of, how they are tuned, and why they do not serve.
#include <doctest/doctest.h>

#include <algorithm>

#include "services/server_container.hpp"
#include "services/server_trouble.hpp"
#include "services/tuning.hpp"

using namespace divio;
using namespace divio::services;
using model::ServiceType;

namespace {

constexpr std::uint64_t mebi = 1024 * 1024;

Server some_server(ServiceType type = ServiceType::postgres) {
  Server server{type, "15", "divio-postgres-15"};
  server.password = Secret("hidden");
  server.labels = {{"divio.catalogue", "c1"}};
  return server;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST_CASE("a server's container has its volume, labels and password, and the password in no word of its command") {
  for (const auto type : {ServiceType::postgres, ServiceType::mariadb, ServiceType::redis}) {
    const auto spec = container_of(some_server(type));
    CHECK(spec.mounts.front().volume == "divio-postgres-15");
    CHECK(spec.labels.at("divio.role") == "service");
    CHECK(spec.labels.at("divio.catalogue") == "c1");
    CHECK(spec.restart == ports::RestartPolicy::unless_stopped);
    for (const auto& word : spec.command) CHECK(word.find("hidden") == std::string::npos);
    CHECK(std::ranges::any_of(spec.environment, [](const auto& entry) { return entry.second.value.reveal() == "hidden"; }));
    for (const auto& [name, variable] : spec.environment) CHECK(variable.secret == (variable.value.reveal() == "hidden"));
  }
}

TEST_CASE("another image, version or limit makes another container, another password or label does not") {
  const auto made = made_of(some_server());
  auto server = some_server();
  server.password = Secret("other");
  server.labels["x"] = "y";
  server.image = "postgres:15";  // the official one, named
  CHECK(made_of(server) == made);
  server.image = "mirror.example.com/postgres:15";
  CHECK(made_of(server) != made);
  server = some_server();
  server.version = "16";
  CHECK(made_of(server) != made);
  server = some_server();
  server.limits.memory_bytes = 512 * mebi;
  CHECK(made_of(server) != made);
}

TEST_CASE("servers that another version of divioctl made are not made anew, whatever it started them with") {
  CHECK(made_of(some_server()) == "7c0f819d33c29947");
}

TEST_CASE("a server is tuned to its memory, and left alone without a limit") {
  CHECK(tuning(ServiceType::postgres, {}).empty());
  const auto postgres = tuning(ServiceType::postgres, {.memory_bytes = 1024 * mebi, .cpu_millis = 0});
  CHECK(has(postgres, "shared_buffers=256MB"));
  CHECK(has(postgres, "max_connections=128"));
  CHECK(has(tuning(ServiceType::postgres, {.memory_bytes = 1 * mebi, .cpu_millis = 0}), "shared_buffers=16MB"));
  CHECK(has(tuning(ServiceType::mariadb, {.memory_bytes = 512 * mebi, .cpu_millis = 0}), "--innodb-buffer-pool-size=256M"));
  CHECK(has(tuning(ServiceType::redis, {.memory_bytes = 300 * mebi, .cpu_millis = 0}), std::to_string(200 * mebi)));
}

TEST_CASE("why a server does not serve is said with the most telling cause first, and what to do") {
  auto server = some_server();
  server.limits.memory_bytes = 64 * mebi;
  ports::Container container;
  container.state = ports::ContainerState::exited;
  container.exit_code = 1;
  CHECK(explain_server(server, container, {}).message == "the postgres server 'divio-postgres-15' ended with exit code 1");
  const auto disk = explain_server(server, container, {"FATAL: could not write: No space left on device"});
  CHECK(disk.message.ends_with("has no room left on its disk"));
  CHECK(disk.hint.starts_with("the disk of its engine is full: make room there"));
  CHECK(disk.hint.ends_with("the last lines of its log:\n  FATAL: could not write: No space left on device"));
  CHECK(explain_server(server, container, {"FATAL:  database files are incompatible with server"}).message.find("holds data of another") !=
        std::string::npos);
  container.error = "no such device";
  CHECK(explain_server(server, container, {}).message.ends_with("was not started by the engine: no such device"));
  container.out_of_memory = true;
  CHECK(explain_server(server, container, {}).message.ends_with("ran out of memory (64 MiB)"));
  container = {};
  container.state = ports::ContainerState::running;
  CHECK(explain_server(server, container, {}).code == ErrorCode::timed_out);
}
