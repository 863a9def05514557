// What the fake Platform says of backups.
#include "cli/fake_calls.hpp"
#include "divio/platform.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {

using namespace fake;

namespace {

constexpr const char* newest = "20261123-030000-4f2a";
constexpr const char* from_before_a_move = "20261122-030000-77aa";

BackupView made(const std::string& verified) {
  BackupView view{newest, "shop", "live", "eu", "manual", 4, "3f2a9c1", "ada@desk", "2026-11-23T03:00:00.000Z", "2026-11-23T03:00:09.000Z"};
  view.services = {{"default", "postgres", "15", "15.8", 4'194'304, 524'288, "9f86d081", 12, 34'567}};
  view.verified = verified;
  if (!verified.empty()) view.verified_at = "2026-11-23T03:01:00.000Z";
  if (verified == "failed") view.differences = {"service default: public.orders has 4 rows instead of 5"};
  return view;
}

BackupView before_a_move() {
  auto view = made("");
  view.id = from_before_a_move;
  view.kind = "moved";
  view.keep_until = "2026-12-22T03:00:00.000Z";
  return view;
}

template <class Request>
Result<void> called(const std::string& call, const Target& target, const Request& request) {
  record(call, target, wire::to_json(request));
  return ready(call);
}

TimerView timer(std::string outcome) {
  return {std::move(outcome), {{"/etc/systemd/system/divioctl-backups.timer", "[Timer]"}}, {"systemctl daemon-reload"}};
}

}  // namespace

Result<BackupView> Platform::create_backup(const Target& target, const BackupCreateRequest& request, const CallOptions&) {
  if (auto good = called("backup", target, request); !good) return Failure(good.error());
  return made(request.verify ? "passed" : "");
}

Result<BackupListView> Platform::backups(const Target& target) {
  record("backups", target);
  return BackupListView{{made("passed"), before_a_move()}, {"https://s3.eu.example.com/backups-eu"}};
}

Result<BackupView> Platform::backup(const Target& target, const std::string& id) {
  record("backup show", target, id);
  return id == from_before_a_move ? before_a_move() : made("passed");
}

Result<BackupView> Platform::verify_backup(const Target& target, const BackupRequest& request, const CallOptions&) {
  if (auto good = called("verify", target, request); !good) return Failure(good.error());
  return made(request.id == "latest" ? "passed" : "failed");
}

Result<BackupFilesView> Platform::download_backup(const Target& target, const BackupDownloadRequest& request, const CallOptions&) {
  if (auto good = called("download", target, request); !good) return Failure(good.error());
  return BackupFilesView{newest, {{"default", request.to + "/shop.dump", 2048}}};
}

Result<RolloutOutcome> Platform::restore_backup(const Target& target, const BackupRestoreRequest& request, const CallOptions& options) {
  record("restore", target, wire::to_json(request) + (options.dry_run ? " dry" : ""));
  RolloutOutcome outcome;
  outcome.operation = "01op";
  outcome.outcome = "changed";
  return outcome;
}

Result<void> Platform::delete_backup(const Target& target, const std::string& id) {
  record("delete", target, id);
  return {};
}

Result<BackupScheduleView> Platform::schedule_backups(const Target& target, const BackupScheduleRequest& request) {
  if (auto good = called("schedule", target, request); !good) return Failure(good.error());
  BackupScheduleView view{"shop", "live"};
  if (request.off) return view;
  return BackupScheduleView{"shop", "live", "03:00", 7, "2026-11-24T03:00:00.000Z"};
}

Result<std::vector<BackupView>> Platform::run_backups(const CallOptions&) {
  record("run backups", {});
  if (auto good = ready("run backups"); !good) return Failure(good.error());
  return std::vector{made("passed")};
}

Result<std::vector<BackupStoreView>> Platform::backup_stores() {
  record("stores", {});
  return std::vector<BackupStoreView>{{"", "folder", "/var/backups", "00aa"}, {"eu", "s3", "https://s3.example.com/backups", "00aa"}};
}

Result<BackupStoreView> Platform::set_backup_store(const BackupStoreRequest& request) {
  record("store", {}, wire::to_json(request) + (request.secret_key.empty() ? "" : " with " + request.secret_key.reveal()));
  return BackupStoreView{request.region, request.folder.empty() ? "s3" : "folder", request.folder, "00aa"};
}

Result<Secret> Platform::backup_key() { return Secret("divio-backup-key-00"); }

Result<void> Platform::import_backup_key(const Secret& text, bool replace) {
  record("import", {}, text.reveal() + (replace ? " replace" : ""));
  return {};
}

Result<TimerView> Platform::install_timer(const TimerRequest& request, bool dry_run) {
  record("install", {}, wire::to_json(request) + (dry_run ? " dry" : ""));
  return timer(dry_run ? "planned" : "installed");
}

Result<TimerView> Platform::remove_timer(const TimerRequest& request, bool dry_run) {
  record("remove timer", {}, wire::to_json(request) + (dry_run ? " dry" : ""));
  return timer(dry_run ? "planned" : "removed");
}

std::vector<std::string> Platform::backup_ids(const Target&) { return {"latest", newest}; }

}  // namespace divio
