// What people read as answers. Each ends with a line ending; the JSON forms are in lib/wire/views_json.
#pragma once

#include <string>
#include <vector>

#include "cli/report/style.hpp"
#include "divio/imports.hpp"
#include "divio/media.hpp"
#include "divio/migrations.hpp"
#include "divio/views.hpp"

namespace divio::cli {

[[nodiscard]] std::string text_of(const StatusView& status, const Style& style);
[[nodiscard]] std::string text_of(const BuildOutcome& outcome, const Style& style);
[[nodiscard]] std::string text_of(const RolloutOutcome& outcome, const Style& style);
[[nodiscard]] std::string text_of(const ProjectView& project, const Style& style);
[[nodiscard]] std::string text_of(const OperationDetails& details, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<ReleaseView>& releases, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<VariableView>& variables, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<ProjectView>& projects, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<OperationView>& operations, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<RolloutOutcome>& outcomes, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<Finding>& findings, const Style& style);

[[nodiscard]] std::string text_of(const RegionView& region, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<RegionView>& regions, const Style& style);
[[nodiscard]] std::string text_of(const RegionCheckView& check, const Style& style);
[[nodiscard]] std::string text_of(const RegionPlanView& plan, const Style& style);
[[nodiscard]] std::string text_of(const RegionRemovalView& removal, const Style& style);
[[nodiscard]] std::string text_of(const RegionImportView& import, const Style& style);

[[nodiscard]] std::string text_of(const ServiceView& service, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<ServiceView>& services, const Style& style);
[[nodiscard]] std::string text_of(const DumpView& dump, const Style& style);
[[nodiscard]] std::string text_of(const MediaListView& media, const Style& style);
[[nodiscard]] std::string text_of(const MediaSyncView& sync, const Style& style);
[[nodiscard]] std::string text_of(const BackupView& backup, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<BackupView>& backups, const Style& style);
[[nodiscard]] std::string text_of(const BackupListView& list, const Style& style);
[[nodiscard]] std::string text_of(const BackupFilesView& files, const Style& style);
[[nodiscard]] std::string text_of(const BackupScheduleView& schedule, const Style& style);
[[nodiscard]] std::string text_of(const BackupStoreView& store, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<BackupStoreView>& stores, const Style& style);
[[nodiscard]] std::string text_of(const BackupStatusView& backups, const Style& style);
[[nodiscard]] std::string text_of(const TimerView& timer, const Style& style);
[[nodiscard]] std::string text_of(const MigrationPlanView& plan, const Style& style);
[[nodiscard]] std::string text_of(const MigrationGroupPlanView& group, const Style& style);
[[nodiscard]] std::string text_of(const MigrationRehearsalView& rehearsal, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<MigrationRehearsalView>& rehearsals, const Style& style);
[[nodiscard]] std::string text_of(const MigrationView& migration, const Style& style);
[[nodiscard]] std::string text_of(const std::vector<MigrationView>& migrations, const Style& style);
// "NAME=value" lines, and nothing else.
[[nodiscard]] std::string text_of(const ServiceCredentials& credentials, const Style& style);

// The address at which an environment's url can be asked for; empty where the url itself will do.
[[nodiscard]] std::string reach_text(const std::string& url, const std::string& address);

// The steps of a plan, numbered through their stages.
[[nodiscard]] std::string plan_text(const PlanMade& plan, const Style& style);

}  // namespace divio::cli
