#include "backups/shelf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "backups/compression.hpp"
#include "backups/sealed_stream.hpp"
#include "model/volume.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "wire/backup_json.hpp"

namespace divio::backups {
namespace {

using model::Backup;
using model::EnvironmentKey;

constexpr int page = 1000;
constexpr std::size_t longest_manifest = std::size_t{64} << 20;
constexpr auto forgotten_after = std::chrono::hours(48);

std::string place_of(const Backup& backup, const std::string& prefix) {
  return fmt::format("{}/{} {} {}", backup.key.project.str(), backup.key.environment.str(), backup.id, prefix);
}

Result<std::vector<ports::ObjectInfo>> objects(const Shelf& shelf, const std::string& prefix) {
  std::vector<ports::ObjectInfo> found;
  std::string from;
  do {
    DIVIO_TRY(some, shelf.storage->list(prefix, from, page));
    found.insert(found.end(), some.objects.begin(), some.objects.end());
    from = some.next;
  } while (!from.empty());
  return found;
}

// The last part of each key that is a backup's id, the newest first.
Result<std::vector<std::string>> ids(const Shelf& shelf, const std::string& folder) {
  DIVIO_TRY(found, objects(shelf, folder));
  std::vector<std::string> names;
  for (const auto& object : found)
    if (auto name = object.key.substr(folder.size()); is_backup_id(name)) names.push_back(std::move(name));
  std::ranges::sort(names, std::ranges::greater());
  return names;
}

Result<std::string> text_at(const Shelf& shelf, const std::string& key) {
  std::string text;
  DIVIO_CHECK(shelf.storage->get(key, {}, [&](std::string_view bytes) -> Result<void> {
    if (text.size() + bytes.size() > longest_manifest) return fail(ErrorCode::refused, key + " is too large for what it should be");
    text += bytes;
    return {};
  }, {}));
  return text;
}

Result<void> put_text(const Shelf& shelf, const std::string& key, std::string_view text) {
  DIVIO_CHECK(shelf.storage->put(key, [&](const ports::ByteSink& sink) { return sink(text); }, {}));
  return {};
}

Result<Backup> read_manifest(const Shelf& shelf, const EnvironmentKey& key, const std::string& id) {
  const auto noun = fmt::format("backup {} of {}", id, key.stem());
  DIVIO_TRY(text, text_at(shelf, Names(shelf.root, key).manifest(id)));
  DIVIO_TRY(signed_text, shelf.key.verify(text, noun));
  DIVIO_TRY(backup, wire::read_backup(signed_text));
  if (backup.id == id && backup.key == key) return backup;
  return fail(ErrorCode::refused, fmt::format("{} is another backup under its name", noun), "use another one");
}

// Where the backup is, or would be.
const Shelf& holder(const Shelf& shelf, const EnvironmentKey& key, const std::string& id) {
  const auto has = [&](const Shelf& one) { return one.storage->head(Names(one.root, key).manifest(id)).has_value(); };
  if (shelf.earlier.empty() || has(shelf)) return shelf;
  const auto found = std::ranges::find_if(shelf.earlier, has);
  return found == shelf.earlier.end() ? shelf : *found;
}

// Adds what is there.
Result<void> list_into(Listing& listing, const Shelf& shelf, const EnvironmentKey& key) {
  DIVIO_TRY(found, ids(shelf, Names(shelf.root, key).manifests()));
  for (const auto& id : found) {
    auto backup = read_manifest(shelf, key, id);
    if (backup) listing.whole.push_back(std::move(*backup));
    else if (backup.error().code == ErrorCode::refused || backup.error().code == ErrorCode::invalid) listing.unreadable.push_back(id);
    else if (backup.error().code != ErrorCode::not_found) return Failure(std::move(backup).error());  // else it has just gone
  }
  return {};
}

Failure no_backup(const EnvironmentKey& key, const std::string& which, const std::string& way_out, const std::vector<std::string>& unseen) {
  const auto silent = unseen.empty() ? std::string() : fmt::format("; there may be some at {}, which does not answer", join(unseen, " and at "));
  return fail(ErrorCode::not_found, fmt::format("{} has no backup{}{}", key.stem(), which, silent), fmt::format("divioctl backup {}", way_out));
}

Result<void> remove_data(const Shelf& shelf, const Names& names, const std::string& id) {
  DIVIO_TRY(found, objects(shelf, names.data(id)));
  for (const auto& object : found) DIVIO_CHECK(shelf.storage->remove(object.key));
  return {};
}

// What somebody began and did not end.
Result<void> clear(const Shelf& shelf, const EnvironmentKey& key, const std::string& id, model::TimePoint now) {
  const Names names(shelf.root, key);
  const auto marker = names.begun(id);
  DIVIO_TRY(seen, shelf.storage->head(marker));
  DIVIO_TRY(whose, text_at(shelf, marker));
  if (whose != shelf.catalogue && now - seen.modified_at < forgotten_after) return {};
  const auto manifest = shelf.storage->head(names.manifest(id));
  if (!manifest && manifest.error().code != ErrorCode::not_found) return Failure(manifest.error());
  if (!manifest) DIVIO_CHECK(remove_data(shelf, names, id));
  return shelf.storage->remove(marker);
}

Result<void> clear_leftovers(const Shelf& shelf, const EnvironmentKey& key, model::TimePoint now) {
  DIVIO_TRY(begun, ids(shelf, Names(shelf.root, key).begun()));
  for (const auto& id : begun) {
    auto cleared = clear(shelf, key, id, now);
    if (!cleared && cleared.error().code != ErrorCode::not_found) return cleared;
  }
  return {};
}

// A sink that counts.
ports::ByteSink counted(const ports::ByteSink& sink, std::uint64_t& bytes) {
  return [&](std::string_view piece) {
    bytes += piece.size();
    return sink(piece);
  };
}

}  // namespace

Result<Listing> list(const Shelf& shelf, const EnvironmentKey& key) {
  Listing listing;
  DIVIO_CHECK(list_into(listing, shelf, key));
  for (const auto& one : shelf.earlier) {
    Listing there;
    if (!list_into(there, one, key)) listing.unseen.push_back(one.name);
    std::ranges::move(there.whole, std::back_inserter(listing.whole));
    std::ranges::move(there.unreadable, std::back_inserter(listing.unreadable));
  }
  std::ranges::sort(listing.whole, std::ranges::greater(), &Backup::id);
  return listing;
}

Result<Backup> find(const Shelf& shelf, const EnvironmentKey& key, const std::string& id) {
  if (id == "latest") {
    DIVIO_TRY(listing, list(shelf, key));
    if (!listing.whole.empty()) return std::move(listing.whole.front());
    return no_backup(key, "", fmt::format("create -e {} makes one", key.environment.str()), listing.unseen);
  }
  std::vector<std::string> unseen;
  auto backup = is_backup_id(id) ? read_manifest(shelf, key, id) : Result<Backup>(fail(ErrorCode::not_found, id));
  for (const auto& one : shelf.earlier) {
    if (backup || backup.error().code != ErrorCode::not_found || !is_backup_id(id)) break;
    auto there = read_manifest(one, key, id);
    const bool answers = there || there.error().code == ErrorCode::not_found || there.error().code == ErrorCode::refused;
    if (answers) backup = std::move(there);
    else unseen.push_back(one.name);
  }
  if (backup || backup.error().code != ErrorCode::not_found) return backup;
  return no_backup(key, fmt::format(" '{}'", id), fmt::format("list -e {} lists those there are", key.environment.str()), unseen);
}

Result<std::optional<model::Drill>> last_drill(const Shelf& all, const Backup& backup) {
  const auto& shelf = holder(all, backup.key, backup.id);
  auto text = text_at(shelf, Names(shelf.root, backup.key).drill(backup.id));
  if (!text && text.error().code == ErrorCode::not_found) return std::nullopt;
  if (!text) return Failure(std::move(text).error());
  DIVIO_TRY(signed_text, shelf.key.verify(*text, fmt::format("the drill of backup {}", backup.id)));
  DIVIO_TRY(drill, wire::read_drill(signed_text));
  if (drill.backup != backup.id) return std::nullopt;
  return std::optional(std::move(drill));
}

Result<void> record_drill(const Shelf& all, const Backup& backup, const model::Drill& drill) {
  const auto& shelf = holder(all, backup.key, backup.id);
  DIVIO_TRY(text, wire::write_drill(drill));
  return put_text(shelf, Names(shelf.root, backup.key).drill(backup.id), shelf.key.sign(text));
}

Draft::Draft(Shelf shelf, Backup backup, Secret data_key, std::stop_token stop)
    : shelf_(std::move(shelf)), names_(shelf_.root, backup.key), backup_(std::move(backup)), data_key_(std::move(data_key)), stop_(std::move(stop)) {}

Result<Draft> Draft::begin(const Shelf& shelf, Backup backup, std::stop_token stop) {
  DIVIO_CHECK(clear_leftovers(shelf, backup.key, backup.created_at));
  for (const auto& one : shelf.earlier) (void)clear_leftovers(one, backup.key, backup.created_at);  // one that does not answer has it the next time
  auto data_key = BackupKey::make_data_key();
  backup.catalogue = shelf.catalogue;
  backup.key_id = shelf.key.id();
  backup.sealed_key = shelf.key.seal(data_key);
  DIVIO_CHECK(put_text(shelf, Names(shelf.root, backup.key).begun(backup.id), shelf.catalogue));
  return Draft(shelf, std::move(backup), std::move(data_key), std::move(stop));
}

Result<model::StoredService> Draft::add(model::StoredService service, const ports::ByteWriter& content) const {
  const auto write = [&](const ports::ByteSink& stored) -> Result<void> {
    Sealer sealer(data_key_, place_of(backup_, service.prefix), stored);
    const ports::ByteSink seal = [&](std::string_view bytes) { return sealer.write(bytes); };
    DIVIO_TRY(compressor, Compressor::begin(seal));
    const ports::ByteSink compress = [&](std::string_view bytes) { return compressor.write(bytes); };
    DIVIO_CHECK(content(counted(compress, service.bytes)));
    DIVIO_CHECK(compressor.finish());
    return sealer.finish();
  };
  DIVIO_TRY(stored, shelf_.storage->put(names_.data(backup_.id, service.prefix), write, stop_));
  service.stored_bytes = stored.bytes;
  service.sha256 = stored.sha256;
  return service;
}

Result<Backup> Draft::finish(std::vector<model::StoredService> services, model::TimePoint now) {
  std::ranges::sort(services, {}, &model::StoredService::prefix);
  backup_.services = std::move(services);
  backup_.completed_at = now;
  DIVIO_TRY(text, wire::write_backup(backup_));
  DIVIO_CHECK(put_text(shelf_, names_.manifest(backup_.id), shelf_.key.sign(text)));
  (void)shelf_.storage->remove(names_.begun(backup_.id));  // it is a backup whether this mark is there or not
  return backup_;
}

void Draft::give_up() const {
  // It may have been stored although its answer was lost: a backup that is listed has its data.
  if (!shelf_.storage->remove(names_.manifest(backup_.id))) return;
  const auto removed = remove_data(shelf_, names_, backup_.id);
  if (removed) (void)shelf_.storage->remove(names_.begun(backup_.id));
}

Result<void> read(const Shelf& all, const Backup& backup, const model::StoredService& service, const ports::ByteSink& sink,
                  std::stop_token stop) {
  const auto& shelf = holder(all, backup.key, backup.id);
  DIVIO_TRY(data_key, shelf.key.open(backup.sealed_key));
  std::uint64_t bytes = 0;
  const auto count = counted(sink, bytes);
  DIVIO_TRY(decompressor, Decompressor::begin(count));
  const ports::ByteSink expand = [&](std::string_view piece) { return decompressor.write(piece); };
  Opener opener(data_key, place_of(backup, service.prefix), expand);
  auto got = shelf.storage->get(Names(shelf.root, backup.key).data(backup.id, service.prefix), {},
                                [&](std::string_view piece) { return opener.write(piece); }, stop);
  if (!got && got.error().code == ErrorCode::not_found)
    return fail(ErrorCode::refused, fmt::format("the data of {} of backup {} is gone", model::named(service.prefix), backup.id), "use another backup");
  DIVIO_CHECK(got);
  DIVIO_CHECK(opener.finish());
  DIVIO_CHECK(decompressor.finish());
  if (bytes == service.bytes) return {};
  return fail(ErrorCode::refused, fmt::format("{} of backup {} has {} bytes instead of {}", model::named(service.prefix), backup.id, bytes, service.bytes),
              "use another backup");
}

Result<void> remove(const Shelf& all, const EnvironmentKey& key, const std::string& id) {
  if (!is_backup_id(id)) return fail(ErrorCode::not_found, fmt::format("there is no backup '{}'", id), "divioctl backup list lists those there are");
  const auto& shelf = holder(all, key, id);
  const Names names(shelf.root, key);
  DIVIO_CHECK(put_text(shelf, names.begun(id), shelf.catalogue));
  DIVIO_CHECK(shelf.storage->remove(names.manifest(id)));
  DIVIO_CHECK(shelf.storage->remove(names.drill(id)));
  DIVIO_CHECK(remove_data(shelf, names, id));
  return shelf.storage->remove(names.begun(id));
}

}  // namespace divio::backups
