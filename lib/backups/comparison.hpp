// Whether data is what a backup says it was. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/backup.hpp"

namespace divio::backups {

// A sentence for each difference, at most ten and one that counts the rest; none where all is the same. What `recorded`
// has no evidence of is not compared.
[[nodiscard]] std::vector<std::string> differences(const model::StoredService& recorded, const model::Evidence& seen);

// What serves in an environment into which a backup is to go; release 0: nothing.
struct Serving {
  int release = 0;
  std::string commit;
  model::TimePoint created_at{};
};

// Why the backup's data may be too old for the code that serves: a sentence; empty where that code made it, or older code.
[[nodiscard]] std::string newer_code(const model::Backup& backup, const Serving& serving);

// Whether a version is older than another: "9.6" than "10".
[[nodiscard]] bool is_older(std::string_view version, std::string_view than);

}  // namespace divio::backups
