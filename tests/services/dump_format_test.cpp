#include <doctest/doctest.h>

#include <string>

#include "services/dump_format.hpp"

using namespace divio;
using namespace divio::services;
using model::ServiceType;

TEST_CASE("what a dump is shows in its first bytes") {
  CHECK(dump_format("") == DumpFormat::empty);
  CHECK(dump_format("PGDMP\x01\x0e") == DumpFormat::postgres_custom);
  CHECK(dump_format("REDIS0009\xfa") == DumpFormat::redis);
  CHECK(dump_format("\x1f\x8b\x08") == DumpFormat::gzip);
  CHECK(dump_format("\x28\xb5\x2f\xfd") == DumpFormat::zstd);
  CHECK(dump_format(std::string("toc.dat") + std::string(250, '\0') + "ustar") == DumpFormat::postgres_tar);
  CHECK(dump_format("-- PostgreSQL database dump\n") == DumpFormat::sql);
  CHECK(dump_format(std::string("MZ\0\x03", 4)) == DumpFormat::unknown);
}

TEST_CASE("a dump goes only where it fits, and the way out is said") {
  CHECK(check_dump(ServiceType::postgres, "PGDMP"));
  CHECK(check_dump(ServiceType::postgres, "CREATE TABLE t (n int);"));
  CHECK(check_dump(ServiceType::mariadb, "CREATE TABLE t (n int);"));
  CHECK(check_dump(ServiceType::redis, "REDIS0011"));
  const auto wrong = check_dump(ServiceType::mariadb, "PGDMP");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::invalid);
  CHECK(wrong.error().message == "this is no dump for MariaDB: it is PostgreSQL's custom format");
  CHECK(check_dump(ServiceType::postgres, "\x1f\x8b").error().hint.find("gunzip") != std::string::npos);
  CHECK(check_dump(ServiceType::redis, "SET a 1").error().code == ErrorCode::invalid);
  CHECK(check_dump(ServiceType::postgres, "").error().message == "this is no dump for PostgreSQL: it is empty");
}
