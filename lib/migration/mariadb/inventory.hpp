// What a MariaDB database holds, as far as it matters for moving it, and what its new server has to offer. Looking changes nothing,
// and takes one command in each container.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migration/mariadb/names.hpp"
#include "migration/obstacle.hpp"

namespace divio::migration::mariadb {

struct Inventory {
  std::string version;               // "10.11.8-MariaDB"
  std::vector<std::string> missing;  // programs that a move needs, and that the image does not have
  bool logs_rows = false;            // the server keeps a binary log of rows
  bool starts_following = true;      // by itself, when it starts, and everything of whom it follows
  std::uint64_t bytes = 0;           // of tables and indexes
  std::uint64_t tables = 0;
  std::uint64_t free_disk = 0;       // bytes, where the server's volume is
  std::string migration;             // which is under way here; empty: none
  std::string collation;             // of the database; empty: there is none yet
  std::uint64_t prepared = 0;        // transactions of the server that wait for their commit (XA)
  // Names of what is there:
  std::vector<std::string> engines;   // tables that are not transactional: "note (MyISAM)"
  std::vector<std::string> keyless;   // tables whose rows no key tells apart
  std::vector<std::string> definers;  // what runs with the rights of somebody else: "trigger t (root@localhost)"

  friend bool operator==(const Inventory&, const Inventory&) = default;
};

// failed where the server does not answer.
[[nodiscard]] Result<Inventory> inventory(const Side& side);

// What is in the way of a move. Pure.
[[nodiscard]] std::vector<Obstacle> obstacles(const Inventory& source, const Inventory& target);

// What is in the way of a side's taking part at all: its version, and what its image has not. Pure.
[[nodiscard]] std::vector<Obstacle> can_follow(const Inventory& side);

// What is in the way of copying a side as a whole, where it cannot follow. Pure.
[[nodiscard]] std::vector<Obstacle> can_be_copied(const Inventory& side);

// How an answer is read; failed for one that is none. Pure.
[[nodiscard]] Result<Inventory> parse_inventory(std::string_view answer);

}  // namespace divio::migration::mariadb
