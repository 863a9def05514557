#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "load/client/options.hpp"
#include "load/client/response.hpp"
#include "load/client/tally.hpp"

using namespace divio::load;
using Step = Response::Step;

TEST_CASE("a response is read alike in whatever pieces it arrives") {
  const std::vector<std::string> texts = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: 1\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
  };
  for (const auto& text : texts) {
    for (std::size_t size = 1; size <= text.size(); ++size) {
      CAPTURE(text);
      CAPTURE(size);
      Response response;
      Step step = Step::more;
      for (std::size_t at = 0; at < text.size(); at += size) {
        REQUIRE(step == Step::more);
        step = response.feed(std::string_view(text).substr(at, size));
      }
      CHECK(step == Step::done);
      CHECK(response.status() == 200);
      CHECK(response.body() == "hello");
      CHECK(response.keeps_alive());
    }
  }
}

TEST_CASE("a connection is kept only where both the version and the headers say so") {
  const auto keeps = [](const std::string& head) {
    Response response;
    response.feed(head + "Content-Length: 0\r\n\r\n");
    return response.keeps_alive();
  };
  CHECK(keeps("HTTP/1.1 200 OK\r\n"));
  CHECK(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0 200 OK\r\n"));
}

TEST_CASE("a body without a stated length ends with the connection") {
  Response response;
  CHECK(response.feed("HTTP/1.1 200 OK\r\n\r\nhello") == Step::more);
  CHECK(response.end() == Step::done);
  CHECK(response.body() == "hello");
  CHECK_FALSE(response.keeps_alive());
}

TEST_CASE("204 and 304 have no body") {
  Response response;
  CHECK(response.feed("HTTP/1.1 204 No Content\r\n\r\n") == Step::done);
}

TEST_CASE("more bytes than the response says, and what is not HTTP, are broken") {
  for (const std::string text : {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy", "GARBAGE\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 abc OK\r\n\r\n"}) {
    CAPTURE(text);
    Response response;
    CHECK(response.feed(text) == Step::broken);
  }
}

TEST_CASE("quantiles are taken over answers, and every failure is in the count") {
  Tally tally;
  for (int i = 1; i <= 100; ++i) tally.add({Kind::ok, 200, "", std::chrono::milliseconds(i)}, {});
  tally.add({Kind::timeout, 0, "said \"no\"\n", std::chrono::seconds(10)}, std::chrono::milliseconds(1500));
  const auto counted = nlohmann::json::parse(tally.json(std::chrono::seconds(2)));
  CHECK(counted["p50_ms"] == 50.0);
  CHECK(counted["p99_ms"] == 99.0);
  CHECK(counted["max_ms"] == 100.0);
  CHECK(counted["requests"] == 101);
  CHECK(counted["failed"] == 1);
  CHECK(counted["first_failures"][0]["detail"] == "said \"no\"\n");
  CHECK(counted["first_failures"][0]["at"] == 1.5);
}

TEST_CASE("options are read, and wrong ones named") {
  const auto options = parse_options({"--port", "8080", "--rate", "200.5", "--no-keep-alive", "--seconds", "3", "--tolerate"});
  REQUIRE(options);
  CHECK(options->port == 8080);
  CHECK(options->rate == 200.5);
  CHECK_FALSE(options->keep_alive);
  CHECK(options->tolerate);
  CHECK(parse_options({"--ports", "1"}).error() == "there is no option --ports");
  CHECK(parse_options({"--port", "70000"}).error() == "--port needs a fitting value");
  CHECK(parse_options({"--port"}).error() == "--port needs a fitting value");
  CHECK(parse_options({"--rate", "nan"}).error() == "--rate needs a fitting value");
}
