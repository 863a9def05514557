#include "system/repeat.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <stop_token>

#include "fakes/scripted_server.hpp"
#include "system/http.hpp"

using namespace divio;
using namespace divio::system;
using fakes::http_answer;
using fakes::ScriptedServer;
using fakes::SeenRequest;

namespace {

HttpClient plain_client_of(const std::string& socket) {
  HttpTarget target;
  target.unix_socket = socket;
  target.authority = "test";
  return HttpClient(std::move(target));
}

HttpRequest asking(const std::string& method, Repeat repeat) {
  HttpRequest made;
  made.method = method;
  made.path = "/";
  made.repeat = repeat;
  return made;
}

TransportFailure unsent(int os_error) {
  TransportFailure failure;
  failure.os_error = os_error;
  return failure;
}

TransportFailure unanswered() {
  TransportFailure failure;
  failure.connected = failure.sent = true;
  return failure;
}

constexpr const char* half_an_answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf";

}  // namespace

TEST_CASE("What was not sent is repeated where it may go better in a moment, whatever the request") {
  for (const auto repeat : {Repeat::if_unsent, Repeat::if_unanswered}) {
    for (const int error : {ECONNREFUSED, ECONNRESET, EPIPE, EAGAIN}) CHECK(is_worth_repeating(repeat, unsent(error)));
    for (const int error : {0, ENOENT, EACCES, ENETUNREACH}) CHECK_FALSE(is_worth_repeating(repeat, unsent(error)));
  }
}

TEST_CASE("What was sent is repeated only where the request says so, and never where it could not help") {
  CHECK(is_worth_repeating(Repeat::if_unanswered, unanswered()));
  CHECK_FALSE(is_worth_repeating(Repeat::if_unsent, unanswered()));
  auto failure = unanswered();
  failure.timed_out = true;
  CHECK_FALSE(is_worth_repeating(Repeat::if_unanswered, failure));
  failure = unanswered();
  failure.passed_on = true;
  CHECK_FALSE(is_worth_repeating(Repeat::if_unanswered, failure));
  failure = unanswered();
  failure.certificates = true;
  CHECK_FALSE(is_worth_repeating(Repeat::if_unanswered, failure));
}

TEST_CASE("A request whose answer was cut is sent again, and tells that it was") {
  std::string cut;
  SUBCASE("before it began") {}
  SUBCASE("in its middle") {
    cut = half_an_answer;
  }
  std::atomic<int> count{0};
  const ScriptedServer server([&](const SeenRequest&) { return count++ == 0 ? cut : http_answer(200, "whole"); });
  const auto answer = plain_client_of(server.socket_path()).send(asking("POST", Repeat::if_unanswered));
  REQUIRE(answer);
  CHECK(answer->body == "whole");
  CHECK(answer->repeated);
  CHECK(count == 2);
}

TEST_CASE("A request that is not to be sent twice is not, not even over a connection that was kept open") {
  std::atomic<int> count{0};
  const ScriptedServer server(
      [&](const SeenRequest&) { return count++ == 0 ? http_answer(200, "ok") : std::string(); });
  auto client = plain_client_of(server.socket_path());
  const auto first = client.send(asking("POST", Repeat::if_unsent));
  REQUIRE(first);
  CHECK_FALSE(first->repeated);
  CHECK_FALSE(client.send(asking("POST", Repeat::if_unsent)));
  CHECK(count == 2);
}

TEST_CASE("An answer of which a part was passed on is not asked for again") {
  std::atomic<int> count{0};
  const ScriptedServer server([&](const SeenRequest&) {
    ++count;
    return half_an_answer;
  });
  std::string got;
  const auto answer = plain_client_of(server.socket_path())
                          .send(asking("GET", Repeat::if_unanswered), [&](std::string_view bytes) -> Result<void> {
                            got += bytes;
                            return {};
                          });
  CHECK_FALSE(answer);
  CHECK(got == "half");
  CHECK(count == 1);
}

TEST_CASE("A streamed body is not sent twice") {
  std::atomic<int> count{0};
  const ScriptedServer server([&](const SeenRequest&) {
    ++count;
    return std::string();
  });
  auto upload = asking("POST", Repeat::if_unanswered);
  upload.writer = [](const auto& sink) { return sink("bytes"); };
  CHECK_FALSE(plain_client_of(server.socket_path()).send(upload));
  CHECK(count == 1);
}

TEST_CASE("Repeating ends after some tries, and at once when it is stopped") {
  std::atomic<int> count{0};
  std::stop_source source;
  bool stopped = false;
  SUBCASE("tries") {}
  SUBCASE("stopped") {
    stopped = true;
  }
  const ScriptedServer server([&](const SeenRequest&) {
    ++count;
    if (stopped) source.request_stop();
    return std::string();
  });
  const auto answer =
      plain_client_of(server.socket_path()).send(asking("GET", Repeat::if_unanswered), {}, source.get_token());
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == (stopped ? ErrorCode::cancelled : ErrorCode::unreachable));
  CHECK(count == (stopped ? 1 : 1 + static_cast<int>(pauses_before_repeats.size())));
}

TEST_CASE("The way to the server is asked for before each attempt, and its error is the answer") {
  const ScriptedServer server([](const SeenRequest&) { return http_answer(200, "ok"); });
  std::atomic<int> opened{0};
  HttpTarget target;
  target.authority = "test";
  target.open_way = [&](const std::stop_token&) -> Result<Way> {
    if (++opened == 3) return fail(ErrorCode::unreachable, "the bridge is down");
    return Way{server.socket_path(), {}};
  };
  HttpClient client(std::move(target));
  CHECK(client.send(asking("GET", Repeat::if_unsent)));
  CHECK(client.send(asking("GET", Repeat::if_unsent)));
  const auto failed = client.send(asking("GET", Repeat::if_unsent));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "the bridge is down");
  CHECK(opened == 3);
}

TEST_CASE("A taken-over connection whose way broke has not simply ended") {
  const ScriptedServer server([](const SeenRequest&) { return "HTTP/1.1 101 UPGRADED\r\n\r\n"; });
  std::atomic<bool> intact{true};
  HttpTarget target;
  target.authority = "test";
  target.open_way = [&](const std::stop_token&) -> Result<Way> {
    return Way{server.socket_path(), [&] { return intact.load(); }};
  };
  auto upgraded = HttpClient(std::move(target)).upgrade(asking("POST", Repeat::if_unsent));
  REQUIRE(upgraded);
  REQUIRE(upgraded->connection->close_sending());
  SUBCASE("it ended") {
    const auto end = upgraded->connection->receive(std::chrono::seconds(20));
    REQUIRE(end);
    CHECK_FALSE(end->has_value());
  }
  SUBCASE("its way broke") {
    intact = false;
    const auto end = upgraded->connection->receive(std::chrono::seconds(20));
    REQUIRE_FALSE(end);
    CHECK(end.error().code == ErrorCode::unreachable);
  }
}
