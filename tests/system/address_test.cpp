#include "system/address.hpp"

#include <doctest/doctest.h>

#include "fakes/outcome.hpp"

using namespace divio;
using tests::contains;
using tests::must;
using tests::must_fail;

TEST_CASE("an address is its own, and a name is looked up") {
  CHECK(must(system::ipv4_of("127.0.0.1")) == "127.0.0.1");
  CHECK(must(system::ipv4_of("192.0.2.10")) == "192.0.2.10");
  CHECK(must(system::ipv4_of("localhost")) == "127.0.0.1");
}

TEST_CASE("several names are looked up at once, and those without an address have none") {
  const auto found = system::ipv4_of({"localhost", "nobody.invalid", "192.0.2.10"}, std::chrono::seconds(20));
  CHECK(found == std::vector<std::string>{"127.0.0.1", "", "192.0.2.10"});
  CHECK(system::ipv4_of(std::vector<std::string>{}, std::chrono::seconds(20)).empty());
}

TEST_CASE("a name that has no address is not found, and it is said what to do") {
  const auto error = must_fail(system::ipv4_of("nobody.invalid"));  // RFC 2606: there is none, ever
  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.message.starts_with("nobody.invalid has no IPv4 address: "));
  CHECK(contains(error.hint, "divioctl region set"));
  CHECK(must_fail(system::ipv4_of("::1")).code == ErrorCode::not_found);  // not one of this kind
}
