// Where backups go, and the key that they are sealed with.
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "controller/migrations.hpp"
#include "platform/backups.hpp"
#include "platform/parts.hpp"
#include "platform/places.hpp"
#include "storage/storage.hpp"
#include "support/try.hpp"
#include "system/certificates.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {
namespace {

constexpr std::string_view key_setting = "backup-key";
constexpr std::string_view store_setting = "backup-store:";          // and the region, or nothing
constexpr std::string_view secret_setting = "backup-store-secret:";  // S3's secret key, which no JSON ever holds

std::string setting_of(std::string_view setting, const std::string& region) { return std::string(setting) + region; }

Result<std::optional<BackupStoreRequest>> find_store(PlatformParts& parts, const std::string& region) {
  auto& settings = parts.store->settings();
  DIVIO_TRY(text, settings.setting(setting_of(store_setting, region)));
  if (!text) return std::nullopt;
  DIVIO_TRY(request, wire::from_json<BackupStoreRequest>(text->reveal()));
  DIVIO_TRY(secret, settings.setting(setting_of(secret_setting, region)));
  request.secret_key = secret.value_or(Secret());
  return std::optional(std::move(request));
}

BackupStoreRequest beside_the_catalogue(const PlatformParts& parts) {
  BackupStoreRequest store;
  store.folder = std::filesystem::path(parts.settings.home) / "backups";
  return store;
}

Result<BackupStoreRequest> store_for(PlatformParts& parts, const std::string& region) {
  DIVIO_TRY(own, find_store(parts, region));
  if (own) return std::move(*own);
  DIVIO_TRY(common, find_store(parts, ""));
  return common ? std::move(*common) : beside_the_catalogue(parts);
}

Result<backups::BackupKey> key_of(PlatformParts& parts) {
  DIVIO_TRY(text, parts.store->settings().first_setting(std::string(key_setting), backups::BackupKey::make().text()));
  return backups::BackupKey::parse(text);
}

Result<std::shared_ptr<ports::ObjectStorage>> open_storage(const BackupStoreRequest& store) {
  if (!store.folder.empty()) return std::shared_ptr<ports::ObjectStorage>(storage::open_folder(store.folder));
  storage::S3Settings settings{.endpoint = store.endpoint, .bucket = store.bucket, .access_key = store.access_key, .secret_key = store.secret_key};
  if (!store.bucket_region.empty()) settings.region = store.bucket_region;
  settings.path_style = !store.virtual_host;
  settings.authority = store.authority;
  if (store.authority.starts_with('/')) {  // as it was written down before certificates were
    DIVIO_ASSIGN(settings.authority, system::read_certificates(store.authority));
  }
  DIVIO_TRY(opened, storage::open_s3(std::move(settings)));
  return std::shared_ptr<ports::ObjectStorage>(std::move(opened));
}

std::string root_of(const BackupStoreRequest& store) {
  if (store.prefix.empty()) return {};
  return store.prefix.ends_with('/') ? store.prefix : store.prefix + "/";
}

BackupStoreView store_view(const BackupStoreRequest& store, const std::string& region, const std::string& key) {
  const bool s3 = store.folder.empty();
  const auto where = s3 ? fmt::format("{}/{}{}{}", store.endpoint, store.bucket, store.prefix.empty() ? "" : "/", store.prefix) : store.folder;
  return {region, s3 ? "s3" : "folder", where, key};
}

Result<void> check(const BackupStoreRequest& request) {
  if (request.folder.empty() == request.endpoint.empty())
    return fail(ErrorCode::invalid, "a store of backups is either a folder or an S3 storage", "say --folder, or --endpoint and --bucket");
  if (!request.folder.empty()) return {};
  if (request.bucket.empty()) return fail(ErrorCode::invalid, "an S3 storage needs a bucket", "say --bucket");
  if (request.prefix.starts_with('/')) return fail(ErrorCode::invalid, "a folder within a bucket does not begin with '/'", "leave the '/' out");
  return {};
}

// Whether something can be written there, read and removed.
Result<void> try_out(const BackupStoreRequest& request) {
  DIVIO_TRY(storage, open_storage(request));
  const auto key = root_of(request) + "divioctl-was-here";
  DIVIO_CHECK(storage->put(key, [](const ports::ByteSink& sink) { return sink("a store of backups"); }, {}));
  DIVIO_CHECK(storage->head(key));
  return storage->remove(key);
}

}  // namespace

Result<backups::Shelf> shelf_of(PlatformParts& parts, const model::RegionName& region) {
  DIVIO_TRY(store, store_for(parts, region.str()));
  DIVIO_TRY(storage, open_storage(store));
  DIVIO_TRY(key, key_of(parts));
  return backups::Shelf{std::move(storage), root_of(store), std::move(key), parts.store->catalogue_id(), store_view(store, "", "").where};
}

Result<backups::Shelf> whole_shelf_of(PlatformParts& parts, const model::RegionName& region, const model::EnvironmentKey& key) {
  DIVIO_TRY(shelf, shelf_of(parts, region));
  DIVIO_TRY(migrations, controller::migrations(*parts.store));
  std::set<std::string> names{shelf.name};
  for (const auto& migration : migrations) {
    if (migration.key != key) continue;
    for (const auto& one : {migration.source, migration.target}) {
      DIVIO_TRY(there, shelf_of(parts, one));
      if (names.insert(there.name).second) shelf.earlier.push_back(std::move(there));
    }
  }
  return shelf;
}

Result<std::vector<BackupStoreView>> Platform::backup_stores() {
  DIVIO_TRY(key, key_of(*parts_));
  DIVIO_TRY(names, parts_->store->settings().setting_names(std::string(store_setting)));
  std::vector<BackupStoreView> views;
  DIVIO_TRY(common, store_for(*parts_, ""));
  views.push_back(store_view(common, "", key.id()));
  for (const auto& name : names) {
    const auto region = name.substr(store_setting.size());
    if (region.empty()) continue;
    DIVIO_TRY(store, store_for(*parts_, region));
    views.push_back(store_view(store, region, key.id()));
  }
  return views;
}

Result<BackupStoreView> Platform::set_backup_store(const BackupStoreRequest& request) {
  auto& settings = parts_->store->settings();
  auto wanted = request;
  if (!request.region.empty()) {
    DIVIO_TRY(region, model::RegionName::parse(request.region));
    DIVIO_CHECK(find_place(*parts_, region));
  }
  DIVIO_TRY(key, key_of(*parts_));
  if (request.standard) {
    DIVIO_CHECK(settings.remove_setting(setting_of(store_setting, request.region)));
    DIVIO_CHECK(settings.remove_setting(setting_of(secret_setting, request.region)));
    DIVIO_TRY(store, store_for(*parts_, request.region));
    return store_view(store, request.region, key.id());
  }
  DIVIO_CHECK(check(wanted));
  if (!wanted.folder.empty()) wanted.folder = std::filesystem::absolute(wanted.folder).lexically_normal();
  if (!wanted.authority.empty()) {
    DIVIO_ASSIGN(wanted.authority, system::read_certificates(wanted.authority));
  }
  DIVIO_CHECK(try_out(wanted));
  if (wanted.secret_key.empty()) DIVIO_CHECK(settings.remove_setting(setting_of(secret_setting, wanted.region)));
  else DIVIO_CHECK(settings.put_setting(setting_of(secret_setting, wanted.region), wanted.secret_key));
  auto written = wanted;
  written.secret_key = {};
  DIVIO_CHECK(settings.put_setting(setting_of(store_setting, wanted.region), Secret(wire::to_json(written))));
  return store_view(wanted, wanted.region, key.id());
}

Result<Secret> Platform::backup_key() {
  DIVIO_TRY(key, key_of(*parts_));
  return key.text();
}

Result<void> Platform::import_backup_key(const Secret& text, bool replace) {
  DIVIO_TRY(key, backups::BackupKey::parse(text));
  DIVIO_TRY(present, parts_->store->settings().setting(std::string(key_setting)));
  if (present && !replace && *present != key.text())
    return fail(ErrorCode::refused, "this catalogue has another backup key, with which backups may have been made",
                "write that one down (divioctl backup key), and say --replace");
  return parts_->store->settings().put_setting(std::string(key_setting), key.text());
}

}  // namespace divio
