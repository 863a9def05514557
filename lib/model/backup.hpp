// A backup: one set of an environment's data, and what is known of it. Its manifest is this, as JSON (wire/backup_json.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.hpp"
#include "model/region.hpp"
#include "model/service.hpp"
#include "model/time.hpp"

namespace divio::model {

enum class BackupKind {
  manual,     // asked for
  scheduled,
  replaced,   // what a restore was about to replace
  removed,    // the last one of a service that was removed
  moved,      // the last one before the region that an environment has left forgot it
};

[[nodiscard]] std::string_view to_string(BackupKind kind) noexcept;
[[nodiscard]] std::optional<BackupKind> parse_backup_kind(std::string_view text) noexcept;

// A table, a cache's keys or a folder of files: what was counted there, and a sum over the content that does not depend on
// its order; empty where there is none.
struct TableEvidence {
  std::string name;
  std::uint64_t rows = 0;
  std::string checksum = {};

  friend bool operator==(const TableEvidence&, const TableEvidence&) = default;
};

// What can be compared of data, seen in the same state of it as a dump.
struct Evidence {
  std::string engine = {};  // the server's own version: "15.8"
  std::string schema = {};  // hexadecimal SHA-256 of its text, "shape:" before one of its shape; empty for what has none
  std::vector<TableEvidence> tables = {};  // by name

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// The data of one service in a backup, or of a volume of the project.
struct StoredService {
  std::string prefix;  // volume_entry() for a volume
  std::optional<ServiceType> type = {};  // nullopt: a volume
  std::string version = {};
  std::uint64_t bytes = 0;         // of the dump
  std::uint64_t stored_bytes = 0;  // compressed and sealed
  std::string sha256 = {};         // of what is stored
  Evidence evidence = {};

  [[nodiscard]] bool is_files() const noexcept { return !type || *type == ServiceType::media; }
  friend bool operator==(const StoredService&, const StoredService&) = default;
};

// "postgres", "media"; "volume" for a volume.
[[nodiscard]] std::string_view type_name(const StoredService& stored) noexcept;

struct Backup {
  std::string id;  // "20261123-063512-4f2a": sorts by time
  EnvironmentKey key;
  RegionName region = local_region();
  std::string catalogue = {};  // id of the one that made it
  BackupKind kind = BackupKind::manual;
  std::string person = {};
  int release = 0;             // that served; 0: none
  std::string commit = {};
  TimePoint created_at{};
  TimePoint completed_at{};
  std::vector<StoredService> services = {};  // by prefix
  std::string key_id = {};      // of the backup key that its own key is sealed with
  std::string sealed_key = {};  // hexadecimal
  std::optional<TimePoint> keep_until = {};  // for how long it is kept, where that was said

  friend bool operator==(const Backup&, const Backup&) = default;
};

// A restore into a scratch service, and what came of it.
struct Drill {
  std::string backup;  // id
  TimePoint at{};
  bool passed = false;
  double seconds = 0;
  std::vector<std::string> differences = {};  // sentences; why it did not pass

  friend bool operator==(const Drill&, const Drill&) = default;
};

}  // namespace divio::model
