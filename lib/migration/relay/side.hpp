// One side of a relay, as it is on its engine and as it becomes what is wanted.
#pragma once

#include <string>

#include "migration/relay/plan.hpp"

namespace divio::migration::relay {

// What is there once it has been prepared: it need not run.
struct Prepared {
  std::uint16_t port = 0;   // of the host
  std::string certificate;  // PEM
};

struct Work {
  const Place& place;
  const Relay& relay;
  Side side;
  [[nodiscard]] ports::Engine& engine() const { return place.at(side); }
  [[nodiscard]] const Region& region() const { return relay.regions.at(side); }
  [[nodiscard]] std::string name() const { return name_of(relay.migration, side); }
};

// Network, volume, container and identity; what is there and fits stays.
[[nodiscard]] Result<Prepared> prepare(const Work& work);

// Lets it run with this configuration and trust this certificate. Its port, which is another one where the one that it
// had is taken.
[[nodiscard]] Result<std::uint16_t> settle(const Work& work, const Half& half, const std::string& trusted);

// The container; not_found, or conflict where it is not the relay's.
[[nodiscard]] Result<ports::Container> look(const Work& work);

}  // namespace divio::migration::relay
