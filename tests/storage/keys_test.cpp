#include <doctest/doctest.h>

#include "ports/object_storage.hpp"
#include "storage/parts.hpp"

using divio::ports::check_key;

TEST_CASE("keys are UTF-8 paths") {
  CHECK(check_key("shop/live/2026-11-23/database.dump"));
  CHECK(check_key("über/日本"));
  CHECK(check_key(std::string(200, 'a')));
  CHECK_FALSE(check_key(std::string(201, 'a')));
  CHECK_FALSE(check_key("a/\xff"));
  CHECK_FALSE(check_key("\xc0\xaf"));      // an overlong '/'
  CHECK_FALSE(check_key("\xed\xa0\x80"));  // a surrogate
  CHECK_FALSE(check_key("\xf4\x90\x80\x80"));
  CHECK_FALSE(check_key("\xe6\x97"));
  CHECK_FALSE(check_key(std::string("a\0b", 3)));
  CHECK_FALSE(check_key("a\x7f"));
  std::string long_key;
  for (int i = 0; i < 100; ++i) long_key += "ninebytes/";
  CHECK_FALSE(check_key(long_key + "x"));
}

TEST_CASE("parts keep to what S3 allows, and few are in memory") {
  using namespace divio::storage;
  std::size_t before = 0;
  for (int number = 1; number <= most_parts; ++number) {
    const auto bytes = part_bytes(number);
    REQUIRE(bytes >= std::size_t{5} * 1024 * 1024);
    REQUIRE(bytes >= before);
    REQUIRE(parts_at_once(number) >= 1);
    // On their way, and the one that is being filled.
    REQUIRE(bytes * static_cast<std::size_t>(parts_at_once(number)) + bytes <= std::size_t{64} * 1024 * 1024);
    before = bytes;
  }
  CHECK(largest_object() > std::uint64_t{190} * 1024 * 1024 * 1024);
}
