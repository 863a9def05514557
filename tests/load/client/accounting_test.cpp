#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "load/client/client.hpp"
#include "load/client/scripted_server.hpp"

using namespace divio::load;
using nlohmann::json;

namespace {

const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

Options one_connection(std::uint16_t port, std::uint64_t requests) {
  Options options;
  options.port = port;
  options.connections = 1;
  options.rate = 0;
  options.requests = requests;
  return options;
}

json count(const Options& options) {
  const int never = eventfd(0, EFD_CLOEXEC);
  const Run done = run(options, never);
  close(never);
  return json::parse(done.tally.json(done.ran));
}

json count(std::vector<std::vector<Act>> scripts, std::uint64_t requests) {
  const ScriptedServer server(std::move(scripts));
  return count(one_connection(server.port(), requests));
}

}  // namespace

TEST_CASE("requests that are answered whole are ok, on one kept connection") {
  const auto counted = count({{read_request, say(answer), read_request, say(answer), hold_it}}, 2);
  CHECK(counted["requests"] == 2);
  CHECK(counted["ok"] == 2);
  CHECK(counted["failed"] == 0);
  CHECK(counted["by"] == json{{"ok", 2}});
}

TEST_CASE("any status but 2xx fails and is counted by its number") {
  const auto counted = count({{read_request, say("HTTP/1.1 503 Away\r\nContent-Length: 4\r\n\r\naway"), read_request, say(answer), hold_it}}, 2);
  CHECK(counted["failed"] == 1);
  CHECK(counted["by"] == json{{"ok", 1}, {"http_503", 1}});
  CHECK(counted["first_failures"][0]["kind"] == "http_503");
  CHECK(counted["first_failures"][0]["detail"] == "away");
}

TEST_CASE("a new connection closed or reset before an answer is a request without response") {
  for (const auto& end : {close_it, reset_it}) {
    const auto counted = count({{read_request, end}}, 1);
    CHECK(counted["by"] == json{{"no_response", 1}});
    CHECK(counted["failed"] == 1);
  }
}

TEST_CASE("a kept connection that closes while nothing is asked is no failure") {
  const ScriptedServer server({{read_request, say(answer), close_it}, {read_request, say(answer), hold_it}});
  auto options = one_connection(server.port(), 2);
  options.rate = 2;  // leaves the server the time to close in between
  const auto counted = count(options);
  CHECK(counted["by"] == json{{"ok", 2}});
  CHECK(counted["idle_closed"] == 1);
}

TEST_CASE("a kept connection that closes on a request without an answer is a raced close, and fails") {
  for (const auto& end : {close_it, reset_it}) {
    const auto counted = count({{read_request, say(answer), read_request, end}}, 2);
    CHECK(counted["by"] == json{{"ok", 1}, {"raced_close", 1}});
    CHECK(counted["failed"] == 1);
    CHECK(counted["retried"] == 0);
  }
}

TEST_CASE("a raced close is tried again once when that is asked for, and said") {
  const std::vector<Act> races = {read_request, say(answer), read_request, close_it};
  const ScriptedServer server({races, {read_request, say(answer), hold_it}});
  auto options = one_connection(server.port(), 2);
  options.retry_raced = true;
  const auto counted = count(options);
  CHECK(counted["by"] == json{{"ok", 2}});
  CHECK(counted["retried"] == 1);

  const ScriptedServer twice({races, {read_request, close_it}});
  options.port = twice.port();
  const auto failed = count(options);
  CHECK(failed["by"] == json{{"ok", 1}, {"no_response", 1}});
}

TEST_CASE("an answer that breaks off fails, with and without a stated length") {
  for (const std::string start : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "HTTP/1.1 200 OK\r\n",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    CAPTURE(start);
    CHECK(count({{read_request, say(start), close_it}}, 1)["by"] == json{{"broken_response", 1}});
  }
}

TEST_CASE("an answer that never comes, or never ends, is a timeout") {
  for (const std::string start : {"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"}) {
    const ScriptedServer server({{read_request, say(start), hold_it}});
    auto options = one_connection(server.port(), 1);
    options.timeout = std::chrono::milliseconds(100);
    CHECK(count(options)["by"] == json{{"timeout", 1}});
  }
}

TEST_CASE("what is not HTTP is a bad response") {
  CHECK(count({{read_request, say("SSH-2.0-OpenSSH_9.2\r\n\r\n"), hold_it}}, 1)["by"] == json{{"bad_response", 1}});
}

TEST_CASE("nobody listening is a connect failure") {
  std::uint16_t port = 0;
  {
    const ScriptedServer gone({});
    port = gone.port();
  }
  const auto counted = count(one_connection(port, 3));
  CHECK(counted["by"] == json{{"connect_failure", 3}});
  CHECK(counted["first_failures"].size() == 3);
}

TEST_CASE("an answer without the expected words fails") {
  const ScriptedServer server({{read_request, say(answer), read_request, say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), hold_it}});
  auto options = one_connection(server.port(), 2);
  options.expect = "hello";
  CHECK(count(options)["by"] == json{{"ok", 1}, {"wrong_answer", 1}});
}

TEST_CASE("without keep-alive every request has a connection of its own") {
  const ScriptedServer server({{read_request, say(answer), close_it}, {read_request, say(answer), close_it}});
  auto options = one_connection(server.port(), 2);
  options.keep_alive = false;
  CHECK(count(options)["ok"] == 2);
}

TEST_CASE("requests under way when the run is stopped are waited for") {
  const ScriptedServer server({{read_request, say("HTTP/1.1 200 OK\r\n"), say("Content-Length: 0\r\n\r\n"), hold_it}});
  auto options = one_connection(server.port(), 0);
  const int stopped = eventfd(1, EFD_CLOEXEC);
  const Run done = run(options, stopped);
  close(stopped);
  const auto counted = json::parse(done.tally.json(done.ran));
  CHECK(counted["requests"] == 1);
  CHECK(counted["ok"] == 1);
}
