// What divioctl answers, as JSON: one object on one line, documented in docs/json.md and kept stable. Bytes that are not
// UTF-8 are replaced.
#pragma once

#include <string>
#include <vector>

#include "divio/imports.hpp"
#include "divio/media.hpp"
#include "divio/migrations.hpp"
#include "divio/secret.hpp"
#include "divio/views.hpp"

namespace divio::wire {

[[nodiscard]] std::string to_json(const StatusView& status);
[[nodiscard]] std::string to_json(const BuildOutcome& outcome);
[[nodiscard]] std::string to_json(const RolloutOutcome& outcome);
[[nodiscard]] std::string to_json(const ProjectView& project);
[[nodiscard]] std::string to_json(const OperationDetails& details);

// Lists are objects with one member: {"releases": [...]}.
[[nodiscard]] std::string to_json(const std::vector<ReleaseView>& releases);
[[nodiscard]] std::string to_json(const std::vector<VariableView>& variables);
[[nodiscard]] std::string to_json(const std::vector<ProjectView>& projects);
[[nodiscard]] std::string to_json(const std::vector<OperationView>& operations);
[[nodiscard]] std::string to_json(const std::vector<RolloutOutcome>& outcomes);
[[nodiscard]] std::string to_json(const std::vector<Finding>& findings);

// Regions (region_views_json.cpp).
[[nodiscard]] std::string to_json(const RegionView& region);
[[nodiscard]] std::string to_json(const std::vector<RegionView>& regions);
[[nodiscard]] std::string to_json(const RegionCheckView& check);
[[nodiscard]] std::string to_json(const RegionPlanView& plan);
[[nodiscard]] std::string to_json(const RegionRemovalView& removal);
[[nodiscard]] std::string to_json(const RegionImportView& import);

// Services (service_views_json.cpp). Credentials are in the clear.
[[nodiscard]] std::string to_json(const ServiceView& service);
[[nodiscard]] std::string to_json(const std::vector<ServiceView>& services);
[[nodiscard]] std::string to_json(const ServiceCredentials& credentials);
[[nodiscard]] std::string to_json(const DumpView& dump);
[[nodiscard]] std::string to_json(const MediaListView& media);
[[nodiscard]] std::string to_json(const MediaSyncView& sync);

// Backups (backup_views_json.cpp).
[[nodiscard]] std::string to_json(const BackupView& backup);
[[nodiscard]] std::string to_json(const std::vector<BackupView>& backups);
[[nodiscard]] std::string to_json(const BackupListView& list);
[[nodiscard]] std::string to_json(const BackupFilesView& files);
[[nodiscard]] std::string to_json(const BackupScheduleView& schedule);
[[nodiscard]] std::string to_json(const BackupStoreView& store);
[[nodiscard]] std::string to_json(const std::vector<BackupStoreView>& stores);
[[nodiscard]] std::string to_json(const TimerView& timer);

// Migrations (migration_views_json.cpp).
[[nodiscard]] std::string to_json(const MigrationPlanView& plan);
[[nodiscard]] std::string to_json(const MigrationGroupPlanView& group);
[[nodiscard]] std::string to_json(const MigrationRehearsalView& rehearsal);
[[nodiscard]] std::string to_json(const std::vector<MigrationRehearsalView>& rehearsals);
[[nodiscard]] std::string to_json(const MigrationView& migration);
[[nodiscard]] std::string to_json(const std::vector<MigrationView>& migrations);

// Small answers: an object with one text, and one with a list of texts.
[[nodiscard]] std::string text_json(const std::string& member, const std::string& text);
[[nodiscard]] std::string texts_json(const std::string& member, const std::vector<std::string>& texts);
// One variable in the clear.
[[nodiscard]] std::string variable_json(const std::string& name, const Secret& value, bool secret);

}  // namespace divio::wire
