// Lines of the access log, as render.cpp has HAProxy write them, read again.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "ingress/haproxy/access_log.hpp"

using namespace divio;
using namespace divio::ingress;

namespace {

const std::string line =
    "22/Nov/2026:22:10:51.342 10.89.4.1 \"shop.localhost\" \"GET / HTTP/1.1\" 200 136 bytes 17 ms "
    "shop.live.657347e5/shop-live-web-r1-1:2 ---- retries=0 id=\"eaed0902\"";

std::string with(const std::string& from, const std::string& to) {
  auto text = line;
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("of a request is read when it came, for which host, how it was answered and how long that took") {
  const auto read = parse_access_line(line);
  REQUIRE(read);
  CHECK(read->host == "shop.localhost");
  CHECK(model::to_rfc3339(read->request.at) == "2026-11-22T22:10:51.342Z");
  CHECK(read->request.status == 200);
  CHECK(read->request.took == std::chrono::milliseconds(17));
  CHECK(read->request.id == "eaed0902");
}

TEST_CASE("what visitors write between quotation marks does not end them") {
  const auto read = parse_access_line(with("GET / HTTP/1.1", R"(GET /?a=\" 999 1 bytes 1 ms id=\"x\" HTTP/1.1)"));
  REQUIRE(read);
  CHECK(read->request.status == 200);
  CHECK(read->request.id == "eaed0902");
}

TEST_CASE("a request without an answer is one, and one that took no time that is known took none") {
  CHECK(parse_access_line(with(" 200 ", " -1 "))->request.status == -1);
  CHECK(parse_access_line(with(" 17 ms", " -1 ms"))->request.took == std::chrono::milliseconds(0));
  CHECK(parse_access_line(with(" id=\"eaed0902\"", ""))->request.id == "");
}

TEST_CASE("what HAProxy says about itself, and what is cut off, is no request") {
  for (const auto* other : {"", "[NOTICE]   (1) : New worker (9) forked", "22/Nov/2026:22:10:51.342", "31/Feb/2026:22:10:51.342 a \"b\" \"c\" 200 1 bytes 1 ms"})
    CHECK_FALSE(parse_access_line(other));
  for (std::size_t length = 0; length < line.find(" ms "); ++length) CHECK_FALSE(parse_access_line(line.substr(0, length)));
}

TEST_CASE("whatever a line is, reading it ends") {
  const auto seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    auto text = line;
    for (int change = 0; change < 4; ++change) text[random() % text.size()] = "\"\\ 09:/m"[random() % 8];
    if (const auto read = parse_access_line(text.substr(0, random() % (text.size() + 1)))) CHECK(read->request.took.count() >= 0);
  }
}
