#include "model/backup.hpp"

#include "model/enum_names.hpp"

namespace divio::model {
namespace {

constexpr EnumNames<BackupKind, 5> backup_kinds{{{BackupKind::manual, "manual"},
                                          {BackupKind::scheduled, "scheduled"},
                                          {BackupKind::replaced, "replaced"},
                                          {BackupKind::removed, "removed"},
                                          {BackupKind::moved, "moved"}}};

}  // namespace

std::string_view to_string(BackupKind kind) noexcept { return name_of(backup_kinds, kind); }
std::optional<BackupKind> parse_backup_kind(std::string_view text) noexcept { return value_of(backup_kinds, text); }

std::string_view type_name(const StoredService& stored) noexcept { return stored.type ? to_string(*stored.type) : "volume"; }

}  // namespace divio::model
