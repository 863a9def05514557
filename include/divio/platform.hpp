// The entry point of the library: everything the command line can do, as functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "divio/backups.hpp"
#include "divio/events.hpp"
#include "divio/imports.hpp"
#include "divio/media.hpp"
#include "divio/migrations.hpp"
#include "divio/requests.hpp"
#include "divio/result.hpp"
#include "divio/views.hpp"

namespace divio {

struct Settings {
  std::string home;         // folder of the catalogue; see default_home()
  std::string engine;       // endpoint for region `local` (DOCKER_HOST); empty: the one it has, or the default
  std::uint16_t ingress_port = 0;  // where `local`'s ingress listens; 0: what the catalogue says (80 at first)
};

// $DIVIOCTL_HOME, else $XDG_STATE_HOME/divioctl, else ~/.local/state/divioctl.
[[nodiscard]] std::string default_home();

// Settings from the environment: DIVIOCTL_HOME, DOCKER_HOST, DIVIOCTL_INGRESS_PORT.
[[nodiscard]] Result<Settings> settings_from_environment();

// What a Platform is made of; divioctl's own.
struct PlatformParts;

// How a call is carried out, whatever it does.
struct CallOptions {
  Listener listener;                          // may be empty
  std::stop_token stop;                       // requested: ends at the next safe point with ErrorCode::cancelled
  std::chrono::milliseconds lock_wait{0};     // how long to wait for another operation on the same environment
  std::chrono::milliseconds timeout{0};       // 0: the operation's own limits
  bool dry_run = false;                       // look and plan, change nothing
};

// File descriptors for a command that runs in a container. Not closed.
struct Console {
  int input = -1;  // -1: no input
  int output = 1;
  int error = 2;
  bool terminal = false;  // allocate a terminal in the container; `input` is one, in raw mode
  std::function<std::pair<int, int>()> size;  // rows and columns now; asked again when the window may have changed
};

// Not thread-safe: one Platform per thread. Opening reads nothing but the catalogue; an engine is talked to when needed.
class Platform {
 public:
  [[nodiscard]] static Result<Platform> open(const Settings& settings);

  explicit Platform(std::unique_ptr<PlatformParts> parts);
  Platform(Platform&&) noexcept;
  Platform& operator=(Platform&&) noexcept;
  ~Platform();

  [[nodiscard]] Result<BuildOutcome> build(const Target&, const BuildRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> deploy(const Target&, const DeployRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> scale(const Target&, const ScaleRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> rollback(const Target&, const RollbackRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> restart(const Target&, const RestartRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> stop(const Target&, const StopRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> start(const Target&, const StartRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> destroy(const Target&, const DestroyRequest&, const CallOptions&);
  // One pass over one environment, or over all of them; an outcome for each.
  [[nodiscard]] Result<std::vector<RolloutOutcome>> reconcile(const Target&, const ReconcileRequest&, const CallOptions&);

  [[nodiscard]] Result<StatusView> status(const Target&);
  [[nodiscard]] Result<std::vector<ReleaseView>> releases(const Target&);
  // Calls `line` with an instance's name and a line of its output; until the end, or until `stop` when following.
  [[nodiscard]] Result<void> logs(const Target&, const LogsRequest&, std::stop_token stop,
                                  const std::function<void(const std::string& instance, const std::string& line)>& line);
  // The exit code of the command.
  [[nodiscard]] Result<int> exec(const Target&, const ExecRequest&, const Console&, const CallOptions&);
  [[nodiscard]] Result<int> run(const Target&, const RunRequest&, const Console&, const CallOptions&);

  [[nodiscard]] Result<std::vector<VariableView>> variables(const Target&);
  // One variable's value in the clear.
  [[nodiscard]] Result<Secret> variable(const Target&, const std::string& name);
  [[nodiscard]] Result<void> set_variables(const Target&, const std::vector<VariableSetRequest>&);
  [[nodiscard]] Result<void> unset_variables(const Target&, const std::vector<std::string>& names);

  // An environment's services, and how their servers are now.
  [[nodiscard]] Result<std::vector<ServiceView>> services(const Target&);
  [[nodiscard]] Result<ServiceView> service(const Target&, const std::string& prefix);
  // Writes a service down; the next deployment makes and attaches it.
  [[nodiscard]] Result<ServiceView> add_service(const Target&, const ServiceAddRequest&);
  // At once, with a new release of the image that serves; data is kept.
  [[nodiscard]] Result<RolloutOutcome> attach_service(const Target&, const ServiceRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> detach_service(const Target&, const ServiceRequest&, const CallOptions&);
  // New credentials for the containers, which are replaced; then the old ones are refused.
  // At a port of the engine's host, until it is taken away again, or the service or its environment is removed.
  [[nodiscard]] Result<ServiceView> publish_service(const Target&, const ServicePublishRequest&, const CallOptions&);
  [[nodiscard]] Result<ServiceView> unpublish_service(const Target&, const ServiceRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> rotate_service(const Target&, const ServiceRotateRequest&, const CallOptions&);
  // With its data, of which a last backup is taken. Refused for one that is attached.
  [[nodiscard]] Result<RolloutOutcome> remove_service(const Target&, const ServiceRemoveRequest&, const CallOptions&);
  [[nodiscard]] Result<ServiceCredentials> service_credentials(const Target&, const std::string& prefix);
  // The exit code of the server's own client, logged in as the service.
  [[nodiscard]] Result<int> service_shell(const Target&, const std::string& prefix, const Console&, const CallOptions&);
  [[nodiscard]] Result<void> service_logs(const Target&, const ServiceLogsRequest&, std::stop_token stop,
                                          const std::function<void(const std::string& server, const std::string& line)>& line);

  // Data of databases and caches. Copying and pushing replace what is there; the environment of the copy's target is
  // request.to.
  [[nodiscard]] Result<RolloutOutcome> copy_data(const Target&, const DataCopyRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> push_data(const Target&, const DataPushRequest&, const CallOptions&);
  // One consistent state, into a file that is there whole or not at all, or to standard output.
  [[nodiscard]] Result<DumpView> pull_data(const Target&, const DataPullRequest&, const CallOptions&);

  // Backups of an environment: databases, caches and media as one set, sealed, and whole or not there at all.
  [[nodiscard]] Result<BackupView> create_backup(const Target&, const BackupCreateRequest&, const CallOptions&);
  [[nodiscard]] Result<BackupListView> backups(const Target&);  // newest first
  [[nodiscard]] Result<BackupView> backup(const Target&, const std::string& id);
  // A restore into scratch services, compared with what the backup says it holds. What came of it is in the answer.
  [[nodiscard]] Result<BackupView> verify_backup(const Target&, const BackupRequest&, const CallOptions&);
  // Dumps and archives as files, opened and expanded, that only their owner can read.
  [[nodiscard]] Result<BackupFilesView> download_backup(const Target&, const BackupDownloadRequest&, const CallOptions&);
  [[nodiscard]] Result<RolloutOutcome> restore_backup(const Target&, const BackupRestoreRequest&, const CallOptions&);
  [[nodiscard]] Result<void> delete_backup(const Target&, const std::string& id);
  [[nodiscard]] Result<BackupScheduleView> schedule_backups(const Target&, const BackupScheduleRequest&);
  // Makes, and tries out, the scheduled backups that are due, of every environment. One that fails keeps none of the others
  // waiting, and is in the error.
  [[nodiscard]] Result<std::vector<BackupView>> run_backups(const CallOptions&);
  // Where backups go, and the key that they are sealed with, which has to be kept apart from them.
  [[nodiscard]] Result<std::vector<BackupStoreView>> backup_stores();
  [[nodiscard]] Result<BackupStoreView> set_backup_store(const BackupStoreRequest&);
  [[nodiscard]] Result<Secret> backup_key();
  [[nodiscard]] Result<void> import_backup_key(const Secret& text, bool replace);
  // A timer of systemd that runs what is due.
  [[nodiscard]] Result<TimerView> install_timer(const TimerRequest&, bool dry_run);
  [[nodiscard]] Result<TimerView> remove_timer(const TimerRequest&, bool dry_run);

  // Media files: all of them, into the environment from a folder, and the other way round. The environment serves meanwhile.
  [[nodiscard]] Result<MediaListView> media_files(const Target&, const MediaListRequest&, std::stop_token stop);
  [[nodiscard]] Result<MediaSyncView> push_media(const Target&, const MediaSyncRequest&, const CallOptions&);
  [[nodiscard]] Result<MediaSyncView> pull_media(const Target&, const MediaSyncRequest&, const CallOptions&);

  // Moving an environment with its data to another region while it serves. What would be done, without doing it.
  [[nodiscard]] Result<MigrationPlanView> plan_migration(const Target&, const MigratePlanRequest&);
  // Up to the cut-over and without it: the application is brought up there on its data, asked, and the ways are timed. Visitors notice
  // nothing. Then it is given up, unless it was there before or is to be kept; where it fails on the way, what is there stays to be
  // looked at.
  [[nodiscard]] Result<MigrationRehearsalView> rehearse_migration(const Target&, const MigrateRehearseRequest&, const CallOptions&);
  // To where the other region serves and the way back is open, or, if it is to be held, ready for the cut-over.
  [[nodiscard]] Result<MigrationView> start_migration(const Target&, const MigrateStartRequest&, const CallOptions&);
  [[nodiscard]] Result<MigrationView> cut_over_migration(const Target&, const MigrateCutOverRequest&, const CallOptions&);
  // A service to another server of its region: one of another scope, or of another version. What goes on with it, and ends it, is what is
  // below, for the environment.
  [[nodiscard]] Result<MigrationPlanView> plan_service_move(const Target&, const ServiceMoveRequest&);
  [[nodiscard]] Result<MigrationPlanView> plan_service_upgrade(const Target&, const ServiceUpgradeRequest&);
  [[nodiscard]] Result<MigrationView> move_service(const Target&, const ServiceMoveRequest&, const HandOverOptions&, const CallOptions&);
  [[nodiscard]] Result<MigrationView> upgrade_service(const Target&, const ServiceUpgradeRequest&, const HandOverOptions&, const CallOptions&);
  // Undoes one that is not cut over.
  [[nodiscard]] Result<MigrationView> abort_migration(const Target&, const MigrateAbortRequest&, const CallOptions&);
  // Hands it back, or over once more, with what was written since.
  [[nodiscard]] Result<MigrationView> reverse_migration(const Target&, const MigrateReverseRequest&, const CallOptions&);
  // Removes what the region that does not serve has of it: there is no way back afterwards.
  [[nodiscard]] Result<MigrationView> finalize_migration(const Target&, const MigrateFinalizeRequest&, const CallOptions&);
  // Goes on with one that was cut short.
  [[nodiscard]] Result<MigrationView> resume_migration(const Target&, const MigrateResumeRequest&, const CallOptions&);
  [[nodiscard]] Result<MigrationView> migration(const Target&);  // the environment's latest, as it is now
  // An SVG of the requests around one of its cut-overs, 15 s to both sides, from the ingresses' access logs. `attempt`: its number; 0:
  // the newest in which requests waited.
  //   not_found  there is none, or the logs do not go back so far
  [[nodiscard]] Result<std::string> plot_migration(const Target&, int attempt);
  [[nodiscard]] Result<std::vector<MigrationView>> migrations();  // of all environments, newest first

  // The same for several environments as one; where none of them is there, not_found. What one is done with already is not done to it
  // again, so whatever was cut short or failed goes on with the same call. An error names each environment that failed, and the
  // others are told as notices. Plans are those of the environments that are not in the region, or on their way there, yet.
  [[nodiscard]] Result<MigrationGroupPlanView> plan_migrations(const Target&, const MigrationGroup&, const MigratePlanRequest&);
  // Makes each ready for its cut-over, then cuts all over at once. Refused before anything is made if one of them cannot be moved.
  [[nodiscard]] Result<std::vector<MigrationView>> start_migrations(const Target&, const MigrationGroup&, const MigrateStartRequest&, const CallOptions&);
  [[nodiscard]] Result<std::vector<MigrationView>> cut_over_migrations(const Target&, const MigrationGroup&, const MigrateCutOverRequest&, const CallOptions&);
  [[nodiscard]] Result<std::vector<MigrationView>> abort_migrations(const Target&, const MigrationGroup&, const MigrateAbortRequest&, const CallOptions&);
  // Goes on with each: those that were to be cut over are, all at once when they are ready.
  [[nodiscard]] Result<std::vector<MigrationView>> resume_migrations(const Target&, const MigrationGroup&, const MigrateResumeRequest&, const CallOptions&);
  // One after the other, since each takes the room that a move takes.
  [[nodiscard]] Result<std::vector<MigrationRehearsalView>> rehearse_migrations(const Target&, const MigrationGroup&, const MigrateRehearseRequest&, const CallOptions&);
  [[nodiscard]] Result<std::vector<MigrationView>> reverse_migrations(const Target&, const MigrationGroup&, const MigrateReverseRequest&, const CallOptions&);
  [[nodiscard]] Result<std::vector<MigrationView>> finalize_migrations(const Target&, const MigrationGroup&, const MigrateFinalizeRequest&, const CallOptions&);
  [[nodiscard]] Result<std::vector<MigrationView>> migrations(const Target&, const MigrationGroup&);  // the latest of each

  [[nodiscard]] Result<std::vector<ProjectView>> projects();
  [[nodiscard]] Result<ProjectView> project(const Target&);

  // With an empty project of the target: every environment's. Newest first.
  [[nodiscard]] Result<std::vector<OperationView>> operations(const Target&, int limit);
  [[nodiscard]] Result<OperationDetails> operation(const std::string& id);
  // Finishes or undoes an interrupted operation.
  [[nodiscard]] Result<RolloutOutcome> resume(const std::string& id, const CallOptions&);

  // Writes a starter divio.yaml into the target's folder and returns its path.
  [[nodiscard]] Result<std::string> init(const Target&, const InitRequest&);
  [[nodiscard]] std::vector<Finding> doctor(const Target&);

  // The regions, and what their engines say now: asked side by side, five seconds at most. One that does not answer is
  // in the list too, and says so.
  [[nodiscard]] Result<std::vector<RegionView>> regions();
  [[nodiscard]] Result<RegionView> region(const std::string& name);
  // A region whose engine does not answer is not added, unless the request says unchecked.
  [[nodiscard]] Result<RegionView> add_region(const RegionRequest&);
  [[nodiscard]] Result<RegionView> set_region(const RegionRequest&);
  [[nodiscard]] Result<RegionView> drain_region(const RegionDrainRequest&);
  // Refused while an environment or something else that this catalogue made is there; its ingress and the images that
  // were built there go with it.
  [[nodiscard]] Result<RegionRemovalView> remove_region(const RegionRemoveRequest&);
  // Looks closely at one region. That it cannot be used is part of the answer.
  [[nodiscard]] Result<RegionCheckView> check_region(const std::string& name, std::stop_token stop);
  // Makes the regions of a file be as it says; others stay as they are.
  [[nodiscard]] Result<RegionPlanView> apply_regions(const RegionApplyRequest&, bool dry_run);
  // Environments that this catalogue does not know, from the records that another one, lost or not, left on the engine.
  // Nothing there is changed but who keeps the records.
  [[nodiscard]] Result<RegionImportView> import_region(const RegionImportRequest&, const CallOptions&);

  // For completion; they read the catalogue only.
  [[nodiscard]] std::vector<std::string> project_names();
  [[nodiscard]] std::vector<std::string> application_names();
  [[nodiscard]] std::vector<std::string> environment_names(const Target&);
  [[nodiscard]] std::vector<std::string> process_names(const Target&);
  [[nodiscard]] std::vector<std::string> release_numbers(const Target&);
  [[nodiscard]] std::vector<std::string> operation_ids();
  [[nodiscard]] std::vector<std::string> region_names();
  [[nodiscard]] std::vector<std::string> service_prefixes(const Target&);
  [[nodiscard]] std::vector<std::string> backup_contents(const Target&);  // prefixes, and volume-NAME for each volume
  [[nodiscard]] std::vector<std::string> backup_ids(const Target&);

 private:
  std::unique_ptr<PlatformParts> parts_;
};

}  // namespace divio
