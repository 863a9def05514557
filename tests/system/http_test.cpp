#include "system/http.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <atomic>
#include <thread>

#include "fakes/scripted_server.hpp"
#include "system/http_head.hpp"
#include "system/ready_signal.hpp"
#include "system/shared_library.hpp"

using namespace divio;
using namespace divio::system;
using fakes::http_answer;
using fakes::ScriptedServer;
using fakes::SeenRequest;

namespace {

HttpClient client_of(const std::string& socket) {
  HttpTarget target;
  target.unix_socket = socket;
  target.authority = "test";
  target.describe = [](const TransportFailure& failure) {
    return Error{failure.timed_out ? ErrorCode::timed_out : ErrorCode::unreachable,
                 failure.connected ? "broke off" : "no connection"};
  };
  return HttpClient(std::move(target));
}

HttpRequest request(const std::string& method, const std::string& path, const std::string& body = {}) {
  HttpRequest made;
  made.method = method;
  made.path = path;
  made.body = body;
  return made;
}

std::string repeat(const SeenRequest& seen) {
  return http_answer(200, seen.line.substr(0, seen.line.rfind(' ')) + "|" + seen.body);
}

}  // namespace

TEST_CASE("A request arrives with its method, path and body, and its answer comes back") {
  const ScriptedServer server(repeat);
  auto client = client_of(server.socket_path());
  for (const std::string method : {"GET", "POST", "PUT", "DELETE"}) {
    const std::string body = method == "GET" ? "" : "some \"body\"";
    const auto answer = client.send(request(method, "/a/../b?c=%20", body));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == method + " /a/../b?c=%20|" + body);
  }
}

TEST_CASE("One connection serves requests that follow each other") {
  const ScriptedServer server(repeat);
  auto client = client_of(server.socket_path());
  for (int i = 0; i < 20; ++i) REQUIRE(client.send(request("POST", "/", "x")));
  CHECK(server.connections() == 1);
}

TEST_CASE("A connection that the server has closed meanwhile is replaced") {
  std::atomic<int> count{0};
  const ScriptedServer server(
      [&](const SeenRequest&) { return count++ % 2 == 0 ? http_answer(200, "ok") : std::string(); });
  auto client = client_of(server.socket_path());
  auto again = request("GET", "/");
  again.repeat = Repeat::if_unanswered;
  for (int i = 0; i < 5; ++i) CHECK(client.send(again));
}

TEST_CASE("Many threads share a client") {
  const ScriptedServer server(repeat);
  auto client = client_of(server.socket_path());
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 10; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const auto text = std::to_string(t * 100 + i);
          const auto answer = client.send(request("POST", "/x", text));
          if (answer && answer->body == "POST /x|" + text) ++right;
        }
      });
  }
  CHECK(right == 200);
}

TEST_CASE("Headers of the answer are found by their name in lower case") {
  const ScriptedServer server([](const SeenRequest&) { return http_answer(404, "none", "Api-Version: 1.41\r\n"); });
  const auto answer = client_of(server.socket_path()).send(request("GET", "/"));
  REQUIRE(answer);
  CHECK(answer->status == 404);
  CHECK(answer->headers.at("api-version") == "1.41");
}

TEST_CASE("A streamed body arrives whole, and a failing one is no answer but its own error") {
  const ScriptedServer server(
      [](const SeenRequest& seen) { return http_answer(200, std::to_string(seen.body.size())); });
  auto client = client_of(server.socket_path());
  auto upload = request("POST", "/build");
  upload.writer = [](const auto& sink) -> Result<void> {
    for (int i = 0; i < 1000; ++i)
      if (auto sent = sink(std::string(3000, 'x')); !sent) return sent;
    return {};
  };
  auto answer = client.send(upload);
  REQUIRE(answer);
  CHECK(answer->body == "3000000");

  upload.writer = [](const auto& sink) -> Result<void> {
    if (auto sent = sink("some"); !sent) return sent;
    return fail(ErrorCode::invalid, "no more to be had");
  };
  answer = client.send(upload);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message == "no more to be had");
  CHECK(server.requests().size() == 1);  // the second never became a whole request
}

TEST_CASE("The body of a success goes to the sink, that of a failure into the answer") {
  int status = 200;
  const ScriptedServer server([&](const SeenRequest&) { return http_answer(status, "text"); });
  auto client = client_of(server.socket_path());
  std::string sunk;
  const BodySink sink = [&](std::string_view bytes) -> Result<void> {
    sunk += bytes;
    return {};
  };
  CHECK(client.send(request("GET", "/"), sink)->body.empty());
  CHECK(sunk == "text");
  status = 500;
  CHECK(client.send(request("GET", "/"), sink)->body == "text");
  CHECK(sunk == "text");
}

TEST_CASE("A failing sink ends the request with its error") {
  const ScriptedServer server([](const SeenRequest&) { return http_answer(200, std::string(100'000, 'x')); });
  const auto answer = client_of(server.socket_path()).send(request("GET", "/"), [](std::string_view) -> Result<void> {
    return fail(ErrorCode::failed, "the disk is full");
  });
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message == "the disk is full");
}

TEST_CASE("Stopping ends a request that waits for its answer, and one that waits for its own body") {
  const ScriptedServer server([](const SeenRequest&) { return "hold"; });
  auto client = client_of(server.socket_path());
  auto asked = request("GET", "/wait");
  SUBCASE("the answer") {}
  SUBCASE("the body") {
    asked = request("POST", "/build");
    asked.writer = [](const auto& sink) -> Result<void> {
      while (true)
        if (auto sent = sink("x"); !sent) return sent;
    };
  }
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    source.request_stop();
  });
  const auto answer = client.send(asked, {}, source.get_token());
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == ErrorCode::cancelled);
}

TEST_CASE("Nobody listening, no answer and a late answer are told apart") {
  const auto nobody = client_of("/no/such/socket").send(request("GET", "/"));
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().message == "no connection");

  const ScriptedServer mute([](const SeenRequest&) { return std::string(); });
  const auto silence = client_of(mute.socket_path()).send(request("GET", "/"));
  REQUIRE_FALSE(silence);
  CHECK(silence.error().message == "broke off");

  const ScriptedServer slow([](const SeenRequest&) { return "hold"; });
  auto hurried = request("GET", "/");
  hurried.timeout = std::chrono::milliseconds(50);
  const auto late = client_of(slow.socket_path()).send(hurried);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::timed_out);
}

TEST_CASE("An upgraded connection carries bytes both ways until both sides are done") {
  const ScriptedServer server(
      [](const SeenRequest& seen) { return "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nfirst:" + seen.body + ";"; });
  auto upgraded = client_of(server.socket_path()).upgrade(request("POST", "/exec/1/start", "{}"));
  REQUIRE(upgraded);
  REQUIRE(upgraded->connection);
  CHECK(server.requests().front().head.find("Upgrade: tcp") != std::string::npos);
  auto& connection = *upgraded->connection;
  std::string sent;
  for (int i = 0; sent.size() < 3'000'000; ++i) sent += std::to_string(i);
  REQUIRE(connection.send(sent));
  REQUIRE(connection.close_sending());
  std::string received;
  while (true) {
    auto bytes = connection.receive(std::chrono::seconds(20));
    REQUIRE(bytes);
    if (!*bytes) break;
    received += **bytes;
  }
  CHECK((received == "first:{};" + sent));
}

TEST_CASE("A refused upgrade has the server's answer and no connection") {
  const ScriptedServer server([](const SeenRequest&) { return http_answer(409, "{\"message\":\"it is paused\"}"); });
  const auto upgraded = client_of(server.socket_path()).upgrade(request("POST", "/", "{}"));
  REQUIRE(upgraded);
  CHECK(upgraded->response.status == 409);
  CHECK(upgraded->response.body == "{\"message\":\"it is paused\"}");
  CHECK_FALSE(upgraded->connection);
}

TEST_CASE("Receiving from a silent connection times out") {
  const ScriptedServer server([](const SeenRequest&) { return "HTTP/1.1 101 UPGRADED\r\n\r\n"; });
  auto upgraded = client_of(server.socket_path()).upgrade(request("POST", "/", "{}"));
  REQUIRE(upgraded);
  const auto nothing = upgraded->connection->receive(std::chrono::milliseconds(10));
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().code == ErrorCode::timed_out);
}

TEST_CASE("A signal polls readable when the socket is, or when something waits in memory") {
  const ScriptedServer server([](const SeenRequest&) { return "HTTP/1.1 101 UPGRADED\r\n\r\n"; });
  auto upgraded = client_of(server.socket_path()).upgrade(request("POST", "/", "{}"));
  REQUIRE(upgraded);
  auto ready = ReadySignal::over(upgraded->connection->descriptor());
  REQUIRE(ready);
  const auto polls = [&](int patience) {
    pollfd watched{ready->descriptor(), POLLIN, 0};
    return ::poll(&watched, 1, patience) == 1;
  };
  CHECK_FALSE(polls(0));
  ready->set(true);
  CHECK(polls(0));
  ready->set(false);
  CHECK_FALSE(polls(0));
  REQUIRE(upgraded->connection->send("echo"));
  CHECK(polls(20'000));
}

TEST_CASE("Heads of answers are read as they come") {
  CHECK(status_of("HTTP/1.1 101 UPGRADED") == 101);
  CHECK(status_of("HTTP/1.0 404") == 404);
  CHECK(status_of("SSH-2.0-OpenSSH") == 0);
  const auto head = parse_head("HTTP/1.1 200 OK\r\nContent-Type:  text/plain \r\nX: a:b");
  CHECK(head.status == 200);
  CHECK(head.headers.at("content-type") == "text/plain");
  CHECK(head.headers.at("x") == "a:b");
}

TEST_CASE("A library or a function that is not there is named") {
  const auto missing = SharedLibrary::open("libno-such-thing.so.7");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find("libno-such-thing.so.7") != std::string::npos);
  const auto library = SharedLibrary::open("libc.so.6");
  REQUIRE(library);
  CHECK(library->symbol("printf"));
  const auto lacking = library->symbol("no_such_function");
  REQUIRE_FALSE(lacking);
  CHECK(lacking.error().message.find("no_such_function") != std::string::npos);
}
