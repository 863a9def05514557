// A relay of two services between two regions, for tests.
#pragma once

#include "migration/relay/relay.hpp"

namespace divio::test {

[[nodiscard]] inline migration::relay::Relay example_relay() {
  migration::relay::Relay relay;
  relay.migration = "01j8zq5k3w7d2fae";
  relay.catalogue = "0123456789abcdef";
  relay.image = "haproxy:2.6";
  relay.services = {{"default", 5432}, {"cache", 6379}, {"records", 3306, true}};
  relay.regions.source = {"eu", "eu.example.com", 0, {{"default", "divio-postgres-15"}, {"cache", "shop-live-cache"}}};
  relay.regions.target = {"ch", "192.0.2.7", 7443, {{"default", "divio-postgres-15-b"}, {"cache", "shop-live-cache"}}};
  return relay;
}

}  // namespace divio::test
