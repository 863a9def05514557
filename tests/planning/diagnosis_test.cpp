#include "planning/diagnosis.hpp"

#include <doctest/doctest.h>

using namespace divio;
using namespace divio::planning;

namespace {

Evidence web_evidence() {
  Evidence evidence{.instance = "shop-live-web-r1-1", .process = {.name = *model::ProcessName::parse("web")}};
  evidence.process.port = 8000;
  evidence.process.health.path = "/healthz";
  return evidence;
}

}  // namespace

TEST_CASE("each cause has its own words") {
  struct Row {
    const char* expected;
    void (*change)(Evidence&);
  };
  const Row rows[] = {
      {"its health path /healthz answers 301 (a redirect)", [](Evidence& e) { e.http_status = 301; }},
      {"its health path /healthz answers 302 (a redirect to https://shop/)",
       [](Evidence& e) { e.http_status = 302, e.redirect_target = "https://shop/"; }},
      {"its health path /healthz answers 404", [](Evidence& e) { e.http_status = 404; }},
      {"its health path /healthz answers 500, not 200 to 299", [](Evidence& e) { e.http_status = 500; }},
      {"nothing listens on port 8000, nor on any other",
       [](Evidence& e) { e.check = "L4CON", e.listening = std::vector<std::uint16_t>{}; }},
      {"nothing listens on port 8000, but on 3000, 9229",
       [](Evidence& e) { e.listening = std::vector<std::uint16_t>{3000, 9229}; }},
      {"it listens on 127.0.0.1:8000 only",
       [](Evidence& e) { e.listening = std::vector<std::uint16_t>{8000}, e.loopback_only = {8000}; }},
      {"it ran out of memory (limit 64 MiB)",
       [](Evidence& e) { e.out_of_memory = true, e.process.resources.memory_bytes = 64 << 20, e.ended = true; }},
      {"its process was ended by signal 9, 4 times, as it is when it runs out of memory (limit 64 MiB)",
       [](Evidence& e) { e.ended = true, e.exit_code = 137, e.restarts = 3, e.process.resources.memory_bytes = 64 << 20; }},
      {"its process ended with exit code 3, 4 times", [](Evidence& e) { e.ended = true, e.exit_code = 3, e.restarts = 3; }},
      {"its process was ended by signal 11", [](Evidence& e) { e.ended = true, e.exit_code = 139; }},
      {"its image is made for arm64, and the engine's host is amd64",
       [](Evidence& e) { e.ended = true, e.exit_code = 1, e.image_architecture = "arm64", e.engine_architecture = "amd64"; }},
      {"its command cannot be executed",
       [](Evidence& e) {
         e.ended = true, e.exit_code = 127, e.last_lines = {"[FATAL tini (7)] exec /server failed: No such file or directory"};
       }},
      {"it accepts connections on port 8000 but does not answer in time",
       [](Evidence& e) { e.check = "L7TOUT", e.listening = std::vector<std::uint16_t>{8000}; }},
      {"it did not answer on port 8000 within 60 s", [](Evidence&) {}},
  };
  for (const auto& row : rows) {
    auto evidence = web_evidence();
    row.change(evidence);
    const auto error = explain(evidence);
    CHECK(error.message.find(row.expected) != std::string::npos);
    INFO(error.message);
    CHECK_FALSE(error.hint.empty());
  }
}

TEST_CASE("the last lines of the log come along") {
  auto evidence = web_evidence();
  evidence.ended = true;
  evidence.last_lines = {"Traceback", "ImportError: no module named shop"};
  CHECK(explain(evidence).hint.find("ImportError: no module named shop") != std::string::npos);
}

TEST_CASE("listening ports are read from /proc/net/tcp and tcp6") {
  const auto ports = parse_listening_ports(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n"
      "   1: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0\n"
      "   2: 0100007F:0BB9 0100007F:1F40 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0\n"
      "   0: 00000000000000000000000000000000:2405 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4\n");
  CHECK(ports.all == std::vector<std::uint16_t>{3000, 8000, 9221});
  CHECK(ports.loopback_only == std::vector<std::uint16_t>{8000});
}
