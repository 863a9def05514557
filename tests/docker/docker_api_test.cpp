// The Docker adapter against a server that answers as engines rarely do.
#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "engines/docker/docker.hpp"
#include "fakes/scripted_server.hpp"

using namespace divio;
using namespace divio::engines;
using fakes::http_answer;
using fakes::ScriptedServer;
using fakes::SeenRequest;

namespace {

std::unique_ptr<ports::Engine> engine_at(const ScriptedServer& server) {
  auto engine = open_docker({"unix://" + server.socket_path(), ""});
  REQUIRE(engine);
  return std::move(*engine);
}

// Greets as an engine of this version does, and leaves the rest to `answer`.
fakes::Answer engine_of(const std::string& version, fakes::Answer answer, const std::string& more_headers = {}) {
  return [=](const SeenRequest& seen) {
    if (seen.line.starts_with("GET /_ping "))
      return http_answer(200, "OK", "Api-Version: " + version + "\r\n" + more_headers);
    return answer(seen);
  };
}

std::string nothing(const SeenRequest&) {
  return http_answer(204, "");
}

}  // namespace

TEST_CASE("Opening an engine says nothing to it") {
  const ScriptedServer server(engine_of("1.41", nothing));
  const auto engine = engine_at(server);
  CHECK(server.connections() == 0);
  CHECK(open_docker({"unix:///no/such/socket", ""}));
}

TEST_CASE("An engine that is not there is unreachable, with what to do about it") {
  const auto engine = open_docker({"unix:///no/such/socket", ""});
  REQUIRE(engine);
  const auto info = (*engine)->info();
  REQUIRE_FALSE(info);
  CHECK(info.error().code == ErrorCode::unreachable);
  CHECK(info.error().message == "no Docker engine answers at unix:///no/such/socket: No such file or directory");
  CHECK(info.error().hint.find("systemctl start docker") != std::string::npos);
}

TEST_CASE("Creating and starting a container takes two requests on one connection, after one greeting") {
  const ScriptedServer server(engine_of("1.41", [](const SeenRequest& seen) {
    return seen.line.find("/create") != std::string::npos ? http_answer(201, R"({"Id":"abc"})") : http_answer(204, "");
  }));
  const auto engine = engine_at(server);
  ports::ContainerSpec spec;
  spec.name = "one";
  for (int i = 0; i < 3; ++i) {
    CHECK(engine->containers().create(spec) == "abc");
    CHECK(engine->containers().start("abc"));
  }
  std::vector<std::string> lines;
  for (const auto& request : server.requests()) lines.push_back(request.line);
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "GET /_ping HTTP/1.1");
  CHECK(lines[1] == "POST /v1.41/containers/create?name=one HTTP/1.1");
  CHECK(lines[2] == "POST /v1.41/containers/abc/start HTTP/1.1");
  CHECK(server.connections() == 1);
}

TEST_CASE("The greeting is asked for once, also by threads that begin together, and again after a failure") {
  std::atomic<bool> up{false};
  const auto greeting = engine_of("1.52", nothing);
  const ScriptedServer server([&](const SeenRequest& seen) { return up ? greeting(seen) : std::string(); });
  const auto engine = engine_at(server);
  CHECK_FALSE(engine->containers().list({}));
  up = true;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 10; ++i) threads.emplace_back([&] { CHECK(engine->containers().start("x")); });
  }
  const auto requests = server.requests();
  const auto answered =
      std::ranges::count_if(requests, [](const auto& seen) { return seen.line.find("/v1.47/") != std::string::npos; });
  CHECK(answered == 10);
  const auto greetings = std::ranges::count(requests, std::string("GET /_ping HTTP/1.1"), &SeenRequest::line);
  CHECK(greetings == 5);  // one that was repeated three times, and one that was answered
}

TEST_CASE("An engine that is too old is refused") {
  const ScriptedServer server(engine_of("1.24", nothing));
  const auto started = engine_at(server)->containers().start("x");
  REQUIRE_FALSE(started);
  CHECK(started.error().message.find("1.24") != std::string::npos);
}

TEST_CASE("Podman says so in its greeting") {
  const ScriptedServer server(engine_of(
      "1.41", [](const SeenRequest&) { return http_answer(200, R"({"ServerVersion":"4.3.1"})"); },
      "Libpod-API-Version: 4.3.1\r\n"));
  const auto info = engine_at(server)->info();
  REQUIRE(info);
  CHECK(info->name == "podman");
  CHECK(info->version == "4.3.1");
  CHECK(info->api_version == "1.41");
}

TEST_CASE("Podman, too, ends at once what is removed, and takes its anonymous volumes along") {
  const auto asked = [](const std::string& headers) {
    const ScriptedServer server(engine_of("1.41", nothing, headers));
    CHECK(engine_at(server)->containers().remove("x"));
    return server.requests().back().line;
  };
  CHECK(asked("Libpod-API-Version: 4.3.1\r\n") == "DELETE /v1.41/libpod/containers/x?force=1&timeout=0&volumes=1 HTTP/1.1");
  CHECK(asked("") == "DELETE /v1.41/containers/x?force=1&v=1 HTTP/1.1");
}

TEST_CASE("An engine that dies during a wait is unreachable") {
  std::string answer;
  SUBCASE("before it answers") {
    answer = "";
  }
  SUBCASE("after the head of its answer") {
    answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  }
  SUBCASE("in the middle of its answer") {
    answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n{\"Sta\r\n";
  }
  const ScriptedServer server(engine_of("1.41", [&](const SeenRequest&) { return answer; }));
  const auto code = engine_at(server)->containers().wait("x", {});
  REQUIRE_FALSE(code);
  CHECK(code.error().code == ErrorCode::unreachable);
}

TEST_CASE("An answer that is not JSON is an error that says what was asked") {
  const ScriptedServer server(
      engine_of("1.41", [](const SeenRequest&) { return http_answer(200, "<html>a router's login page</html>"); }));
  const auto listed = engine_at(server)->containers().list({});
  REQUIRE_FALSE(listed);
  CHECK(listed.error().message == "cannot list containers: the engine's answer is not JSON");
}

TEST_CASE("A full disk is said to be one") {
  const ScriptedServer server(engine_of("1.41", [](const SeenRequest&) {
    return http_answer(500, R"({"message":"mkdir /var/lib/docker/overlay2/x: no space left on device"})");
  }));
  const auto created = engine_at(server)->containers().create({});
  REQUIRE_FALSE(created);
  CHECK(created.error().code == ErrorCode::failed);
  CHECK(created.error().hint.find(" is full: make room there") != std::string::npos);
}

TEST_CASE("A container that somebody else is removing is waited for") {
  const ScriptedServer server(engine_of("1.41", [](const SeenRequest& seen) {
    if (seen.line.starts_with("DELETE"))
      return http_answer(409, R"({"message":"removal of container abc is already in progress"})");
    return http_answer(404, R"({"message":"No such container: abc"})");
  }));
  CHECK(engine_at(server)->containers().remove("abc"));
  CHECK(server.requests().back().line == "POST /v1.41/containers/abc/wait?condition=removed HTTP/1.1");
}

TEST_CASE("A network whose twin was made at the same time is there") {
  int status = 200;
  const ScriptedServer server(engine_of("1.41", [&](const SeenRequest& seen) {
    if (seen.line.starts_with("POST"))
      return http_answer(403, R"({"message":"Pool overlaps with other one on this address space"})");
    return http_answer(status, "{}");
  }));
  const auto engine = engine_at(server);
  CHECK(engine->networks().create({"n", "10.9.0.0/24", "", {}}));
  status = 404;
  const auto overlapping = engine->networks().create({"n", "10.9.0.0/24", "", {}});
  REQUIRE_FALSE(overlapping);
  CHECK(overlapping.error().code == ErrorCode::conflict);
}

TEST_CASE("A container's own environment never shows in an error") {
  const ScriptedServer server(engine_of("1.41", nothing));
  ports::ContainerSpec spec;
  spec.name = "shop";
  spec.environment["PASSWORD"] = {Secret("hunter2\xff"), true};
  const auto created = engine_at(server)->containers().create(spec);
  REQUIRE_FALSE(created);
  CHECK(created.error().code == ErrorCode::invalid);
  CHECK((created.error().message + created.error().hint).find("hunter2") == std::string::npos);
}
