// The fields of every request in divio/requests.hpp.
#pragma once

#include <array>

#include "divio/backups.hpp"
#include "divio/imports.hpp"
#include "divio/media.hpp"
#include "divio/migrations.hpp"
#include "divio/requests.hpp"
#include "wire/access.hpp"

namespace divio::wire {

inline constexpr std::array<std::string_view, 3> build_mode_names{"auto", "adopt", "force"};
template <>
struct FieldType<BuildMode> : EnumField<BuildMode, build_mode_names> {};

// The option that names a service of the environment by its prefix.
template <class Request>
constexpr Field service_field(std::string_view help) {
  return {.name = "service",
          .help = help,
          .access = access<Request, &Request::service>(),
          .value = "PREFIX",
          .completes = Completes::services};
}

template <> std::span<const Field> fields_of<Target>();
// What a service's scope may be.
inline constexpr std::array<std::string_view, 2> scope_words{"shared", "dedicated"};

template <> std::span<const Field> fields_of<BuildRequest>();
template <> std::span<const Field> fields_of<DeployRequest>();
template <> std::span<const Field> fields_of<ScaleRequest>();
template <> std::span<const Field> fields_of<RollbackRequest>();
template <> std::span<const Field> fields_of<RestartRequest>();
template <> std::span<const Field> fields_of<StopRequest>();
template <> std::span<const Field> fields_of<StartRequest>();
template <> std::span<const Field> fields_of<DestroyRequest>();
template <> std::span<const Field> fields_of<ReconcileRequest>();
template <> std::span<const Field> fields_of<LogsRequest>();
template <> std::span<const Field> fields_of<ExecRequest>();
template <> std::span<const Field> fields_of<RunRequest>();
template <> std::span<const Field> fields_of<VariableSetRequest>();
template <> std::span<const Field> fields_of<InitRequest>();
template <> std::span<const Field> fields_of<ServiceAddRequest>();
template <> std::span<const Field> fields_of<ServicePublishRequest>();
template <> std::span<const Field> fields_of<ServiceRotateRequest>();
template <> std::span<const Field> fields_of<ServiceRequest>();
template <> std::span<const Field> fields_of<ServiceRemoveRequest>();
template <> std::span<const Field> fields_of<ServiceLogsRequest>();
template <> std::span<const Field> fields_of<DataCopyRequest>();
template <> std::span<const Field> fields_of<DataPullRequest>();
template <> std::span<const Field> fields_of<DataPushRequest>();
template <> std::span<const Field> fields_of<BackupCreateRequest>();
template <> std::span<const Field> fields_of<BackupRequest>();
template <> std::span<const Field> fields_of<BackupDeleteRequest>();
template <> std::span<const Field> fields_of<BackupDownloadRequest>();
template <> std::span<const Field> fields_of<BackupRestoreRequest>();
template <> std::span<const Field> fields_of<BackupScheduleRequest>();
template <> std::span<const Field> fields_of<BackupStoreRequest>();
template <> std::span<const Field> fields_of<TimerRequest>();
template <> std::span<const Field> fields_of<MediaListRequest>();
template <> std::span<const Field> fields_of<MediaSyncRequest>();
template <> std::span<const Field> fields_of<MigrationGroup>();
template <> std::span<const Field> fields_of<MigratePlanRequest>();
template <> std::span<const Field> fields_of<MigrateStartRequest>();
template <> std::span<const Field> fields_of<MigrateRehearseRequest>();
template <> std::span<const Field> fields_of<MigrateCutOverRequest>();
template <> std::span<const Field> fields_of<MigrateReverseRequest>();
template <> std::span<const Field> fields_of<MigrateResumeRequest>();
template <> std::span<const Field> fields_of<MigrateAbortRequest>();
template <> std::span<const Field> fields_of<MigrateFinalizeRequest>();
template <> std::span<const Field> fields_of<ServiceMoveRequest>();
template <> std::span<const Field> fields_of<ServiceUpgradeRequest>();
template <> std::span<const Field> fields_of<HandOverOptions>();
template <> std::span<const Field> fields_of<RegionRequest>();
template <> std::span<const Field> fields_of<RegionDrainRequest>();
template <> std::span<const Field> fields_of<RegionRemoveRequest>();
template <> std::span<const Field> fields_of<RegionApplyRequest>();
template <> std::span<const Field> fields_of<RegionImportRequest>();

}  // namespace divio::wire
