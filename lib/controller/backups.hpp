// Backups of environments: made, tried out, put back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backups/shelf.hpp"
#include "controller/runtime.hpp"
#include "controller/services.hpp"
#include "divio/views.hpp"

namespace divio::controller {

struct BackupWish {
  model::EnvironmentKey key;
  std::string service = {};  // prefix, or model::volume_entry() of a volume; empty: all that hold data
  model::BackupKind kind = model::BackupKind::manual;
  std::string request = "{}";  // for the journal
  std::string id = {};         // that it gets; empty: one of now
  std::optional<model::TimePoint> keep_until = {};  // instead of what its kind is kept for
};

// Pure. The services that hold data: the one of that prefix, or all. not_found where there is none.
[[nodiscard]] Result<Instances> with_contents(const Instances& known, const model::EnvironmentKey& key, const std::string& prefix);

// Whether there is anything to back up. Of a move nothing that stays where it is counts: buckets.
[[nodiscard]] Result<bool> has_data(Runtime& runtime, const BackupWish& wish);

// Makes a backup of databases, caches, media and volumes of the project at about the same moment, each a consistent state of its own, beside whatever
// else is done to the environment. What retention lets go is removed afterwards. A failure leaves no backup.
[[nodiscard]] Result<model::Backup> make_backup(Runtime& runtime, const backups::Shelf& shelf, const BackupWish& wish, const Call& call);

// Restores a backup into scratch servers and volumes in the region, which are removed afterwards (those of a drill that was
// killed by the next one), compares them with the evidence in the backup, and records what came of it. An error means that
// there was no drill; one that did not pass is in the answer.
[[nodiscard]] Result<model::Drill> verify_backup(Runtime& runtime, const backups::Shelf& shelf, const model::Backup& backup, const Call& call);

// Removes what a drill of the environment's backups left that was killed; nothing while a drill goes on in the region.
[[nodiscard]] Result<void> clear_drills(Runtime& runtime, const model::EnvironmentKey& key);

struct RestoreWish {
  model::EnvironmentKey key;  // into which environment
  model::Backup backup;
  std::string service = {};   // prefix, or model::volume_entry() of a volume; empty: all that the backup has
  bool force = false;         // onto newer code or an older engine, too
  bool keep = true;           // take a backup of what is replaced first, and put it back if the restore fails
  std::string request = "{}";
};

// Puts the data of a backup in place of what the environment's services hold. All of it is read and found to be right
// before anything is replaced. Refused where the services are of another type or not made, and, unless forced, where the
// code that serves was deployed after the backup was made, or a server is older than the backup's.
[[nodiscard]] Result<RolloutOutcome> restore_backup(Runtime& runtime, const backups::Shelf& shelf, const RestoreWish& wish, const Call& call);

// Goes on with a restore that was cut short, from the beginning of its replacing.
[[nodiscard]] Result<RolloutOutcome> resume_restore(Runtime& runtime, const backups::Shelf& shelf, const model::Operation& operation,
                                                    const RestoreWish& wish, const Call& call);

// What is said of an environment's last backup that failed or was cut short, with nothing good after it: a sentence, or empty.
[[nodiscard]] Result<std::string> backup_trouble(Runtime& runtime, const model::EnvironmentKey& key);

}  // namespace divio::controller
