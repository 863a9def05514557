// What a Redis server holds, as far as it matters for moving it, and what its new server has to offer. Looking changes nothing,
// and takes two commands in containers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migration/obstacle.hpp"
#include "migration/side.hpp"

namespace divio::migration::redis {

using migration::Obstacle;
using migration::Side;

struct Inventory {
  std::string version;                // "7.0.15"
  std::vector<std::string> missing;   // programs that a move needs, and that the image does not have
  std::uint64_t memory = 0;           // bytes in use
  std::uint64_t most_memory = 0;      // that its limit admits; 0: no limit
  std::uint64_t keys = 0;
  std::uint64_t written = 0;          // bytes of its append-only file: about what the first copy has to carry, or less
  std::uint64_t free_disk = 0;        // bytes, where its volume is
  std::string follows;                // "10.0.0.2:6379"; empty: nobody
  unsigned followers = 0;
  std::string migration;              // whose traces are there; empty: none's

  friend bool operator==(const Inventory&, const Inventory&) = default;
};

// failed where the server does not answer.
[[nodiscard]] Result<Inventory> inventory(const Side& side);

// What is in the way of a move. Pure.
[[nodiscard]] std::vector<Obstacle> obstacles(const Inventory& source, const Inventory& target);

// What is in the way of a side's taking part at all: its version, and what its image has not. Pure.
[[nodiscard]] std::vector<Obstacle> can_follow(const Inventory& side);

// How an answer is read; failed for one that is none. Pure.
[[nodiscard]] Result<Inventory> parse_inventory(std::string_view answer);

}  // namespace divio::migration::redis
