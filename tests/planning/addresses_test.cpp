#include "planning/addresses.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace divio::planning;

TEST_CASE("a subnet overlaps nothing that is taken") {
  const auto first = choose_subnet("shop-live", {});
  REQUIRE(first);
  const auto second = choose_subnet("shop-live", {first->cidr, "172.17.0.0/16", "not a subnet"});
  REQUIRE(second);
  CHECK(first->cidr != second->cidr);
  CHECK_FALSE(choose_subnet("shop-live", {"10.0.0.0/8"}));
}

TEST_CASE("the dynamic range is the upper half of the subnet") {
  const auto subnet = choose_subnet("shop-live", {});
  const auto stem = subnet->cidr.substr(0, subnet->cidr.size() - 4);
  CHECK(subnet->dynamic_range == stem + "128/25");
}

TEST_CASE("addresses are fresh, and the one given up last comes back last") {
  CHECK(choose_addresses("10.201.5.0/24", {}, 2) == std::vector<std::string>{"10.201.5.2", "10.201.5.3"});
  CHECK(choose_addresses("10.201.5.0/24", {"10.201.5.2", "10.201.5.3"}, 1) == std::vector<std::string>{"10.201.5.4"});
  CHECK(choose_addresses("10.201.5.0/24", {"10.201.5.127"}, 1) == std::vector<std::string>{"10.201.5.2"});
}

TEST_CASE("a full subnet gives what it has and no more") {
  const auto all = choose_addresses("10.201.5.0/24", {}, 500);
  CHECK(all.size() == 126);
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 126);
  CHECK(choose_addresses("10.201.5.0/24", all, 1).empty());
}
