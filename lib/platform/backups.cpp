// Backups of environments: from a public request to its use case.
#include "platform/backups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "controller/backups.hpp"
#include "controller/views.hpp"
#include "model/volume.hpp"
#include "platform/within.hpp"
#include "services/dump_format.hpp"
#include "system/file_draft.hpp"
#include "system/files.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {
namespace {

namespace fs = std::filesystem;
using controller::Runtime;
using model::Backup;

constexpr mode_t file_mode = 0600;  // whoever reads it knows all that was in the database
constexpr mode_t folder_mode = 0700;

BackupServiceView service_view(const model::StoredService& service) {
  BackupServiceView view{service.prefix, std::string(model::type_name(service)), service.version, service.evidence.engine,
                         service.bytes,        service.stored_bytes,                 service.sha256};
  view.tables = service.evidence.tables.size();
  for (const auto& table : service.evidence.tables) view.rows += table.rows;
  return view;
}

// Runs `act` with the region's parts, the environment that is meant, and its shelf.
template <class Act>
auto with_shelf(PlatformParts& parts, const Target& target, const Act& act)
    -> decltype(act(std::declval<Runtime&>(), std::declval<const model::EnvironmentKey&>(), std::declval<const backups::Shelf&>())) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(runtime, runtime_of(parts, key));
  DIVIO_TRY(shelf, whole_shelf_of(parts, runtime->region.name, key));
  return act(*runtime, key, shelf);
}

// A drill that failed is told again, for it is the last thing that is known.
Result<BackupView> verified(Runtime& runtime, const backups::Shelf& shelf, const Backup& backup, const CallOptions& options) {
  DIVIO_CHECK(controller::verify_backup(runtime, shelf, backup, call_of(options)));
  return view_of(shelf, backup);
}

std::string ending_of(const model::StoredService& service) {
  return service.is_files() ? "tar" : std::string(services::dump_ending(*service.type));
}

Result<BackupFilesView::File> download(const backups::Shelf& shelf, const Backup& backup, const model::StoredService& service,
                                       const BackupDownloadRequest& request, const CallOptions& options) {
  const auto name = fmt::format("{}-{}-{}.{}", backup.key.stem(), backup.id, service.prefix, ending_of(service));
  const auto path = fs::path(request.to) / name;
  if (fs::exists(fs::symlink_status(path)))
    return fail(ErrorCode::conflict, fmt::format("{} is there already", path.string()), "remove it, or say another folder with --to");
  DIVIO_TRY(draft, system::FileDraft::begin(path));
  DIVIO_CHECK(backups::read(shelf, backup, service, [&](std::string_view bytes) { return draft.write(bytes); }, options.stop));
  DIVIO_CHECK(draft.put_in_place(file_mode));
  return BackupFilesView::File{service.prefix, path.string(), service.bytes};
}

// The backup that a restore is about. Another environment's may be in another region, and so in another store.
struct Opened {
  backups::Shelf shelf;
  Backup backup;
};

Result<Opened> open_backup(PlatformParts& parts, const model::EnvironmentKey& target, const BackupRestoreRequest& request) {
  auto source = target;
  if (!request.from.empty()) {
    DIVIO_ASSIGN(source.environment, model::EnvironmentName::parse(request.from));
  }
  DIVIO_TRY(region, recorded_place(parts, source));
  DIVIO_TRY(shelf, whole_shelf_of(parts, region, source));
  DIVIO_TRY(backup, backups::find(shelf, source, request.id));
  return Opened{std::move(shelf), std::move(backup)};
}

controller::RestoreWish wish_of(const model::EnvironmentKey& key, const Opened& opened, BackupRestoreRequest request) {
  request.id = opened.backup.id;  // so that a resumed one does not take a later one
  return {key, opened.backup, request.service, request.force, !request.replace, wire::to_json(request)};
}

}  // namespace

Result<BackupView> view_of(const backups::Shelf& shelf, const Backup& backup) {
  BackupView view{backup.id,      backup.key.project.str(), backup.key.environment.str(), backup.region.str(), std::string(to_string(backup.kind)),
                  backup.release, backup.commit,            backup.person};
  view.created_at = model::to_rfc3339(backup.created_at);
  view.completed_at = model::to_rfc3339(backup.completed_at);
  if (backup.keep_until) view.keep_until = model::to_rfc3339(*backup.keep_until);
  for (const auto& service : backup.services) view.services.push_back(service_view(service));
  DIVIO_TRY(drill, backups::last_drill(shelf, backup));
  if (!drill) return view;
  view.verified = drill->passed ? "passed" : "failed";
  view.verified_at = model::to_rfc3339(drill->at);
  view.differences = drill->differences;
  return view;
}

Result<void> take_last_backup(PlatformParts& parts, Runtime& runtime, const model::ServiceInstance& instance, const CallOptions& options) {
  if (!controller::with_contents({instance}, instance.environment, "")) return {};
  DIVIO_TRY(shelf, shelf_of(parts, runtime.region.name));
  auto made = controller::make_backup(runtime, shelf, {instance.environment, instance.prefix.str(), model::BackupKind::removed}, call_of(options));
  if (made) return {};
  if (instance.type == model::ServiceType::media && made.error().code == ErrorCode::not_found) return {};  // it has no files
  auto error = std::move(made).error();
  error.message = "no last backup could be taken: " + error.message;
  error.hint += fmt::format("{}to remove it without, say --no-backup", error.hint.empty() ? "" : "; ");
  return Failure(std::move(error));
}

Result<BackupView> Platform::create_backup(const Target& target, const BackupCreateRequest& request, const CallOptions& options) {
  return with_shelf(*parts_, target, [&](auto& runtime, const auto& key, const auto& shelf) -> Result<BackupView> {
    const controller::BackupWish wish{key, request.service, model::BackupKind::manual, wire::to_json(request)};
    DIVIO_TRY(backup, controller::make_backup(runtime, shelf, wish, call_of(options)));
    return request.verify ? verified(runtime, shelf, backup, options) : view_of(shelf, backup);
  });
}

Result<BackupListView> Platform::backups(const Target& target) {
  return with_shelf(*parts_, target, [&](auto&, const auto& key, const auto& shelf) -> Result<BackupListView> {
    DIVIO_TRY(listing, backups::list(shelf, key));
    BackupListView views{{}, std::move(listing.unseen)};
    for (const auto& backup : listing.whole) {
      DIVIO_TRY(view, view_of(shelf, backup));
      views.backups.push_back(std::move(view));
    }
    for (const auto& id : listing.unreadable)
      views.backups.push_back({.id = id, .project = key.project.str(), .environment = key.environment.str(), .kind = "unreadable"});
    std::ranges::sort(views.backups, std::ranges::greater(), &BackupView::id);
    return views;
  });
}

Result<BackupView> Platform::backup(const Target& target, const std::string& id) {
  return with_shelf(*parts_, target, [&](auto&, const auto& key, const auto& shelf) -> Result<BackupView> {
    DIVIO_TRY(backup, backups::find(shelf, key, id));
    return view_of(shelf, backup);
  });
}

Result<BackupView> Platform::verify_backup(const Target& target, const BackupRequest& request, const CallOptions& options) {
  return with_shelf(*parts_, target, [&](auto& runtime, const auto& key, const auto& shelf) -> Result<BackupView> {
    DIVIO_TRY(backup, backups::find(shelf, key, request.id));
    return verified(runtime, shelf, backup, options);
  });
}

Result<BackupFilesView> Platform::download_backup(const Target& target, const BackupDownloadRequest& request, const CallOptions& options) {
  return with_shelf(*parts_, target, [&](auto&, const auto& key, const auto& shelf) -> Result<BackupFilesView> {
    DIVIO_TRY(backup, backups::find(shelf, key, request.id));
    DIVIO_CHECK(system::ensure_folder(request.to, folder_mode));
    BackupFilesView view{backup.id, {}};
    for (const auto& service : backup.services) {
      if (!request.service.empty() && service.prefix != request.service) continue;
      DIVIO_TRY(file, download(shelf, backup, service, request, options));
      view.files.push_back(std::move(file));
    }
    if (!view.files.empty()) return view;
    return fail(ErrorCode::not_found, fmt::format("backup {} has no {}", backup.id, model::called(request.service)), "divioctl backup show says what it has");
  });
}

Result<RolloutOutcome> Platform::restore_backup(const Target& target, const BackupRestoreRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) -> Result<RolloutOutcome> {
    DIVIO_TRY(opened, open_backup(*parts_, key, request));
    return controller::restore_backup(runtime, opened.shelf, wish_of(key, opened, request), call_of(options));
  });
}

Result<void> Platform::delete_backup(const Target& target, const std::string& id) {
  return with_shelf(*parts_, target, [&](auto&, const auto& key, const auto& shelf) -> Result<void> {
    DIVIO_TRY(listing, backups::list(shelf, key));
    const bool there = std::ranges::find(listing.whole, id, &Backup::id) != listing.whole.end() ||
                       std::ranges::find(listing.unreadable, id) != listing.unreadable.end();
    if (!there) DIVIO_CHECK(backups::find(shelf, key, id));
    return backups::remove(shelf, key, id);
  });
}

std::vector<std::string> Platform::backup_ids(const Target& target) {
  std::vector<std::string> ids{"latest"};
  const auto all = backups(target);
  if (all)
    for (const auto& backup : all->backups) ids.push_back(backup.id);
  return ids;
}

Result<std::optional<RolloutOutcome>> resume_backup(PlatformParts& parts, const std::string& id, const CallOptions& options) {
  using model::OperationKind;
  DIVIO_TRY(operation, parts.store->journal().operation(id));
  if (!operation || operation->outcome != model::Outcome::running) return std::nullopt;
  if (operation->kind == OperationKind::backup_create || operation->kind == OperationKind::backup_verify)
    return fail(ErrorCode::refused, fmt::format("operation {} left nothing to go on with: a backup is whole or not there", id),
                fmt::format("begin again: divioctl {}", to_string(operation->kind)));
  if (operation->kind != OperationKind::backup_restore) return std::nullopt;
  DIVIO_TRY(request, wire::from_json<BackupRestoreRequest>(operation->request));
  DIVIO_TRY(opened, open_backup(parts, operation->key, request));
  DIVIO_TRY(runtime, runtime_of(parts, operation->key));
  DIVIO_TRY(outcome, controller::resume_restore(*runtime, opened.shelf, *operation, wish_of(operation->key, opened, request), call_of(options)));
  return std::optional(std::move(outcome));
}

}  // namespace divio
