#include <fmt/format.h>

#include <algorithm>

#include "backups/comparison.hpp"
#include "controller/backups.hpp"
#include "controller/media_data.hpp"
#include "controller/outcome.hpp"
#include "controller/project_volumes.hpp"
#include "controller/service_data.hpp"
#include "model/volume.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::Backup;
using model::ServiceInstance;
using model::StoredService;

Result<std::vector<StoredService>> chosen_of(const Backup& backup, const std::string& prefix) {
  std::vector<StoredService> chosen;
  for (const auto& service : backup.services)
    if (prefix.empty() || service.prefix == prefix) chosen.push_back(service);
  if (!chosen.empty()) return chosen;
  return fail(ErrorCode::not_found, fmt::format("backup {} has no {}", backup.id, model::called(prefix)),
              fmt::format("divioctl backup show {} -e {} says what it has", backup.id, backup.key.environment.str()));
}

std::string described(model::ServiceType type, const std::string& version) {
  return fmt::format("{}{}{}", model::product_name(type), version.empty() ? "" : " ", version);
}

Result<void> check_volume(Runtime& runtime, const RestoreWish& wish, const StoredService& service) {
  const auto place = volume_place(runtime, wish.key, model::volume_of_entry(service.prefix), "", {});
  if (place || place.error().code != ErrorCode::not_found) return place.map([](const auto&) {});
  return fail(ErrorCode::not_found, fmt::format("{} has no {} to restore into", wish.key.stem(), model::called(service.prefix)),
              "add it to volumes in divio.yaml, and deploy; or restore others with --service");
}

Result<void> check_target(Runtime& runtime, const RestoreWish& wish, const StoredService& service) {
  if (!service.type) return check_volume(runtime, wish, service);
  const auto& name = service.prefix;
  const auto& environment = wish.key.environment.str();
  auto instance = need_instance(runtime, wish.key, name);
  if (!instance && instance.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, fmt::format("{} has no service '{}' to restore into", wish.key.stem(), name),
                fmt::format("divioctl service add {} --type {} -e {}, and deploy; or restore another one with --service", name, type_name(service), environment));
  if (!instance) return Failure(instance.error());
  if (instance->type != *service.type)
    return fail(ErrorCode::refused, fmt::format("service {} is {} in the backup and {} in {}", name, described(*service.type, service.version),
                                                described(instance->type, instance->version), environment),
                "a backup goes into a service of its own type");
  if (service.is_files()) {
    DIVIO_CHECK(media_place(runtime, *instance, {}));
    return {};
  }
  if (instance->password.empty())
    return fail(ErrorCode::refused, fmt::format("service {} of {} is not made yet", name, environment),
                fmt::format("the next deployment makes it: divioctl deploy -e {}", environment));
  if (wish.force || !backups::is_older(instance->version, service.version)) return {};
  return fail(ErrorCode::refused, fmt::format("service {} is {} in the backup and {} in {}, which is older", name,
                                              described(*service.type, service.version), described(instance->type, instance->version), environment),
              "restore into a server of the same version or a newer one, or say --force");
}

Result<void> check_code(Runtime& runtime, const RestoreWish& wish) {
  if (wish.force) return {};
  DIVIO_TRY(environment, runtime.store.projects().environment(wish.key));
  if (!environment) return {};
  DIVIO_TRY(release, wanted_release(runtime, *environment));
  if (!release) return {};
  const auto why = backups::newer_code(wish.backup, {release->number, release->revision.commit, release->created_at});
  if (why.empty()) return {};
  return fail(ErrorCode::refused, why,
              "roll back first (divioctl rollback), or say --force and deploy again, which runs the release commands");
}

// Before anything is replaced: what is damaged replaces nothing, of no service.
Result<void> read_through(const backups::Shelf& shelf, const Backup& backup, const std::vector<StoredService>& services, const Call& call) {
  for (const auto& service : services)
    DIVIO_CHECK(backups::read(shelf, backup, service, [](std::string_view) { return Result<void>(); }, call.stop));
  return {};
}

DataChange change_of(const backups::Shelf& shelf, const model::EnvironmentKey& key, const Backup& backup,
                     const std::vector<StoredService>& services, const std::string& request) {
  DataChange change{model::OperationKind::backup_restore, key, {}, request};
  for (const auto& service : services)
    change.sources[service.prefix] = {"backup " + backup.id, [shelf, backup, service](const ports::ByteSink& sink, std::stop_token stop) {
                                              return backups::read(shelf, backup, service, sink, std::move(stop));
                                            }};
  return change;
}

// What was there before, as a backup; nullopt where there was nothing, or none was wanted.
Result<std::optional<Backup>> keep_present(Runtime& runtime, const backups::Shelf& shelf, const RestoreWish& wish, const Call& call) {
  if (!wish.keep) return std::nullopt;
  BackupWish last{.key = wish.key, .service = wish.service, .kind = model::BackupKind::replaced};
  auto made = make_backup(runtime, shelf, last, call);
  if (made) return std::optional(std::move(*made));
  auto error = std::move(made).error();
  error.message = "what is there now could not be kept: " + error.message;
  error.hint += fmt::format("{}to go on without, say --replace", error.hint.empty() ? "" : "; ");
  return Failure(std::move(error));
}

void add_hint(Error& error, const std::string& hint) { error.hint += fmt::format("{}{}", error.hint.empty() ? "" : "; ", hint); }

// After a restore that failed, the whole set is as it was.
Failure put_back(Runtime& runtime, const backups::Shelf& shelf, const RestoreWish& wish, const Backup& kept, Error error, const Call& call) {
  const auto by_hand = fmt::format("what was there before is backup {}: divioctl backup restore {} -e {} --force", kept.id, kept.id, wish.key.environment.str());
  if (error.code == ErrorCode::unreachable || error.code == ErrorCode::cancelled || error.code == ErrorCode::conflict) {
    add_hint(error, by_hand);
    return Failure(std::move(error));
  }
  std::vector<StoredService> replaced;
  for (const auto& service : kept.services)
    if (std::ranges::find(wish.backup.services, service.prefix, &StoredService::prefix) != wish.backup.services.end()) replaced.push_back(service);
  auto again = call;
  again.dry_run = false;
  const auto done = replace_data(runtime, change_of(shelf, wish.key, kept, replaced, wish.request), again);
  add_hint(error, done ? std::string("what was there before was put back") : by_hand);
  return Failure(std::move(error));
}

}  // namespace

Result<RolloutOutcome> restore_backup(Runtime& runtime, const backups::Shelf& shelf, const RestoreWish& wish, const Call& call) {
  DIVIO_TRY(services, chosen_of(wish.backup, wish.service));
  for (const auto& service : services) DIVIO_CHECK(check_target(runtime, wish, service));
  DIVIO_CHECK(check_code(runtime, wish));
  const auto change = change_of(shelf, wish.key, wish.backup, services, wish.request);
  if (call.dry_run) return replace_data(runtime, change, call);
  DIVIO_CHECK(read_through(shelf, wish.backup, services, call));
  DIVIO_TRY(kept, keep_present(runtime, shelf, wish, call));
  auto outcome = replace_data(runtime, change, call);
  if (outcome || !kept) return outcome;
  return put_back(runtime, shelf, wish, *kept, std::move(outcome).error(), call);
}

Result<RolloutOutcome> resume_restore(Runtime& runtime, const backups::Shelf& shelf, const model::Operation& operation,
                                      const RestoreWish& wish, const Call& call) {
  DIVIO_TRY(services, chosen_of(wish.backup, wish.service));
  return resume_data(runtime, operation, change_of(shelf, wish.key, wish.backup, services, wish.request), call);
}

}  // namespace divio::controller
