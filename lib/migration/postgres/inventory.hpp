// What a PostgreSQL database holds, as far as it matters for moving it, and what its new server has to offer. Looking
// changes nothing, and takes two commands in containers.
//
// Logical replication carries rows of logged tables and nothing else
// (https://www.postgresql.org/docs/15/logical-replication-restrictions.html): hence the list of what is in the way.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "migration/obstacle.hpp"
#include "migration/postgres/side.hpp"

namespace divio::migration::postgres {

struct Table {
  std::string name;           // "public.note"
  std::uint64_t rows = 0;     // as the server estimates them
  std::uint64_t bytes = 0;    // without its indexes
  bool identity = true;       // a changed or removed row can be found by a primary key or another replica identity

  friend bool operator==(const Table&, const Table&) = default;
};

// What a server has of what replication takes, and how much of it is in use.
struct Room {
  unsigned slots = 0, slots_used = 0;
  unsigned senders = 0, senders_used = 0;
  unsigned workers = 0, workers_used = 0;  // for subscriptions

  friend bool operator==(const Room&, const Room&) = default;
};

struct Inventory {
  unsigned version = 0;  // major: 15
  std::string wal_level;
  std::uint64_t bytes = 0;
  std::uint64_t large_objects = 0;
  Room room;
  std::vector<Table> tables;
  std::map<std::string, std::string> extensions;  // name -> version
  // Names of what is there:
  std::vector<std::string> unlogged;         // tables
  std::vector<std::string> triggers;         // that fire for replicated rows too: "public.note.check"
  std::vector<std::string> event_triggers;
  std::vector<std::string> prepared;         // transactions that wait for their commit
  std::vector<std::string> publications;
  std::vector<std::string> subscriptions;
  std::vector<std::string> slots;
};

struct Offer {
  unsigned version = 0;
  std::string wal_level;
  Room room;
  std::map<std::string, std::string> extensions;  // name -> the version that is made
};

// Of the source's database; of the target's server, where the database need not be there.
[[nodiscard]] Result<Inventory> inventory(const Side& source);
[[nodiscard]] Result<Offer> offer(const Side& target);

// What an image's server will offer, before there is one: the command that says it, and the extensions with the versions that are made.
[[nodiscard]] std::vector<std::string> extensions_command();
[[nodiscard]] std::map<std::string, std::string> parse_extensions(std::string_view answer);

using migration::Obstacle;

// What is in the way of a move. Pure.
[[nodiscard]] std::vector<Obstacle> obstacles(const Inventory& source, const Offer& target);

// What the servers are asked, and how their answers are read. Pure; failed for an answer that is none.
[[nodiscard]] std::string inventory_script();
[[nodiscard]] std::string offer_script();
[[nodiscard]] Result<Inventory> parse_inventory(std::string_view answer);
[[nodiscard]] Result<Offer> parse_offer(std::string_view answer);

}  // namespace divio::migration::postgres
