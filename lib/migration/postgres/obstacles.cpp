#include <fmt/format.h>

#include "migration/postgres/inventory.hpp"

namespace divio::migration::postgres {
namespace {

constexpr unsigned oldest = 13;
constexpr unsigned needed_for_copying = 3;  // the stream's own and one for each of two tables that are copied at a time
constexpr unsigned needed_for_return = 1;

using Obstacles = std::vector<Obstacle>;

void add_each(Obstacles& found, const std::vector<std::string>& names, const char* what, const char* way_out) {
  for (const auto& name : names) found.push_back({true, fmt::format(fmt::runtime(what), name), fmt::format(fmt::runtime(way_out), name)});
}

void add_objects(Obstacles& found, const Inventory& source) {
  for (const auto& table : source.tables)
    if (!table.identity)
      found.push_back({true, fmt::format("table {} has no primary key, so its changes cannot be followed", table.name),
                       fmt::format("add one, or run: ALTER TABLE {} REPLICA IDENTITY FULL", table.name)});
  if (source.large_objects > 0)
    found.push_back({true, fmt::format("{} large objects are not replicated", source.large_objects),
                     "put them into a column of type bytea, or remove them: SELECT lo_unlink(oid) FROM pg_largeobject_metadata"});
  add_each(found, source.unlogged, "table {} is unlogged, which is not replicated", "run: ALTER TABLE {0} SET LOGGED, or drop it");
  add_each(found, source.triggers, "trigger {} fires for replicated rows too, and would do its work twice",
           "enable trigger {0} without ALWAYS or REPLICA");
  add_each(found, source.event_triggers, "event trigger {} is not moved", "drop event trigger {0}");
  add_each(found, source.prepared, "transaction '{}' is prepared and waits for its commit", "end it: COMMIT PREPARED or ROLLBACK PREPARED '{0}'");
}

void add_replication(Obstacles& found, const Inventory& source) {
  add_each(found, source.publications, "publication {} is there: another migration is under way, or something else replicates this database",
           "end or abort that migration, or drop publication {0}");
  add_each(found, source.subscriptions, "subscription {} writes to this database", "end or abort that migration, or drop subscription {0}");
  add_each(found, source.slots, "replication slot {} of this database is there", "end or abort the migration that made it, or drop slot {0}");
}

void add_versions(Obstacles& found, const Inventory& source, const Offer& target) {
  if (source.version < oldest)
    found.push_back({true, fmt::format("PostgreSQL {} is too old to be moved live", source.version), fmt::format("upgrade it to {} or newer", oldest)});
  if (target.version < source.version)
    found.push_back({true, fmt::format("the target has PostgreSQL {}, which is older than {}", target.version, source.version),
                     fmt::format("choose {} or newer there", source.version)});
  for (const auto& [name, version] : source.extensions) {
    const auto offered = target.extensions.find(name);
    if (offered == target.extensions.end())
      found.push_back({true, fmt::format("extension {} {} is not there on the target", name, version),
                       fmt::format("use an image there that has it, or drop extension {}", name)});
    else if (offered->second != version)
      found.push_back({false, fmt::format("extension {} becomes {} from {}", name, offered->second, version), "see whether the application minds"});
  }
}

void add_room(Obstacles& found, const Inventory& source, const Offer& target) {
  const auto need = [&](const char* where, const char* what, unsigned there, unsigned used, unsigned needed, const char* setting) {
    if (there >= used + needed) return;
    found.push_back({true, fmt::format("the {}'s server has {} {}, {} in use, and {} more are needed", where, there, what, used, needed),
                     fmt::format("wait for other migrations to end, or raise {}", setting)});
  };
  const auto& here = source.room;
  const auto& there = target.room;
  need("source", "replication slots", here.slots, here.slots_used, needed_for_copying, "max_replication_slots");
  need("source", "senders", here.senders, here.senders_used, needed_for_copying, "max_wal_senders");
  need("source", "workers for replication", here.workers, here.workers_used, needed_for_return, "max_logical_replication_workers");
  need("target", "replication slots", there.slots, there.slots_used, needed_for_copying, "max_replication_slots");
  need("target", "senders", there.senders, there.senders_used, needed_for_return, "max_wal_senders");
  need("target", "workers for replication", there.workers, there.workers_used, needed_for_copying, "max_logical_replication_workers");
}

void add_wal_level(Obstacles& found, const char* where, const std::string& level) {
  if (level != "logical")
    found.push_back({true, fmt::format("the {}'s server has wal_level {}, which is not enough to follow it", where, level),
                     "set wal_level to logical and restart the server"});
}

}  // namespace

std::vector<Obstacle> obstacles(const Inventory& source, const Offer& target) {
  Obstacles found;
  add_objects(found, source);
  add_replication(found, source);
  add_versions(found, source, target);
  add_wal_level(found, "source", source.wal_level);
  add_wal_level(found, "target", target.wal_level);
  add_room(found, source, target);
  return found;
}

}  // namespace divio::migration::postgres
