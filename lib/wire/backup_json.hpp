// What is stored of backups: manifests and drills, as JSON.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/backup.hpp"

namespace divio::wire {

// invalid if a name in it is not UTF-8.
[[nodiscard]] Result<std::string> write_backup(const model::Backup& backup);
[[nodiscard]] Result<model::Backup> read_backup(std::string_view text);

[[nodiscard]] Result<std::string> write_drill(const model::Drill& drill);
[[nodiscard]] Result<model::Drill> read_drill(std::string_view text);

}  // namespace divio::wire
