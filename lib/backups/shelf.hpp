// Where the backups of environments are kept: written, listed, read, removed. A backup is whole once its manifest is there,
// which is written last and removed first, and signed: what this shelf's key did not sign is never taken for a backup.
//
// Several processes may read at once. Making and removing backups of one environment is for one process at a time, which its
// lease "backups of shop/live" sees to.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "backups/keys.hpp"
#include "backups/names.hpp"
#include "model/backup.hpp"
#include "ports/object_storage.hpp"

namespace divio::backups {

// Cheap to copy.
struct Shelf {
  std::shared_ptr<ports::ObjectStorage> storage;
  std::string root;       // within the storage; empty, or ends with '/'
  BackupKey key;
  std::string catalogue;  // id of the one that writes
  std::string name = {};  // of the place, for people
  std::vector<Shelf> earlier = {};  // where an environment's backups went before: they count, and nothing new is put there
};

struct Listing {
  std::vector<model::Backup> whole;     // newest first
  std::vector<std::string> unreadable;  // ids of those that another key signed, or that were changed
  std::vector<std::string> unseen;      // names of earlier places that do not answer: nobody knows what is there
};

[[nodiscard]] Result<Listing> list(const Shelf& shelf, const model::EnvironmentKey& key);

// The backup of that id, or the newest one for "latest". not_found with a hint.
[[nodiscard]] Result<model::Backup> find(const Shelf& shelf, const model::EnvironmentKey& key, const std::string& id);

// What came of the last drill of a backup; nullopt where there was none.
[[nodiscard]] Result<std::optional<model::Drill>> last_drill(const Shelf& shelf, const model::Backup& backup);
[[nodiscard]] Result<void> record_drill(const Shelf& shelf, const model::Backup& backup, const model::Drill& drill);

// A backup that is being made. Nothing of it counts before finish().
class Draft {
 public:
  // Also removes what backups of this catalogue left that were killed, and those of others after two days.
  [[nodiscard]] static Result<Draft> begin(const Shelf& shelf, model::Backup backup, std::stop_token stop);

  // Compresses, seals and stores the data of a service or volume as `content` writes it, with a few megabytes in memory.
  // `service` is the description of it without sizes. Several threads may add at once.
  [[nodiscard]] Result<model::StoredService> add(model::StoredService service, const ports::ByteWriter& content) const;

  // Writes the manifest: from now on it is a backup.
  [[nodiscard]] Result<model::Backup> finish(std::vector<model::StoredService> services, model::TimePoint now);

  // Removes what was written; what cannot be removed goes with the next backup.
  void give_up() const;

 private:
  Draft(Shelf shelf, model::Backup backup, Secret data_key, std::stop_token stop);
  Shelf shelf_;
  Names names_;
  model::Backup backup_;
  Secret data_key_;
  std::stop_token stop_;
};

// Writes the data of a service or volume into `sink`, as it was given to Draft::add(). Only what is proved to be right is passed on;
// it is whole only if this succeeds. refused for what was changed or is not all there.
[[nodiscard]] Result<void> read(const Shelf& shelf, const model::Backup& backup, const model::StoredService& service,
                                const ports::ByteSink& sink, std::stop_token stop);

// Removing what is gone succeeds.
[[nodiscard]] Result<void> remove(const Shelf& shelf, const model::EnvironmentKey& key, const std::string& id);

}  // namespace divio::backups
