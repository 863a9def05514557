#include "config/amounts.hpp"

#include <doctest/doctest.h>

using namespace divio::config;
using namespace std::chrono_literals;

TEST_CASE("durations need a whole number and a unit") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("10s") == 10s);
  CHECK(parse_duration("2m") == 2min);
  CHECK(parse_duration("1h") == 1h);
  CHECK(parse_duration("0s") == 0s);
  for (const auto* bad : {"", "10", "s", "-1s", "1.5s", "10 s", "10S", "10sec", "1m30s", "99999999999999999999s",
                          "9007199254740992h", "+1s"})
    CHECK_MESSAGE(!parse_duration(bad), bad);
}

TEST_CASE("memory is read exactly, in powers of 1024 and of 1000") {
  CHECK(parse_bytes("256Mi") == 256ULL << 20);
  CHECK(parse_bytes("512M") == 512'000'000ULL);
  CHECK(parse_bytes("1Gi") == 1ULL << 30);
  CHECK(parse_bytes("1.5Gi") == 3ULL << 29);
  CHECK(parse_bytes("0.125Ki") == 128);
  CHECK(parse_bytes("10k") == 10'000);
  CHECK(parse_bytes("268435456") == 256ULL << 20);
  for (const auto* bad : {"", "Mi", "1.5", "256m", "256 Mi", "256MB", "256mi", "-1Mi", "1.2345Gi", "1.Gi", ".5Gi",
                          "1e9", "0x10", "9007199254740992Ti", "18446744073709551616"})
    CHECK_MESSAGE(!parse_bytes(bad), bad);
}

TEST_CASE("processor cores are read to the thousandth") {
  CHECK(parse_cpu_millis("0.25") == 250);
  CHECK(parse_cpu_millis("1") == 1000);
  CHECK(parse_cpu_millis("250m") == 250);
  CHECK(parse_cpu_millis("0.001") == 1);
  CHECK(parse_cpu_millis("1.50") == 1500);
  for (const auto* bad : {"", "m", "0.5m", "1/2", "0.0001", "-1", "1,5", "half", "4294967.296", "2cores"})
    CHECK_MESSAGE(!parse_cpu_millis(bad), bad);
}
