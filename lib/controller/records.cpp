#include "controller/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "controller/migrations.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/try.hpp"
#include "wire/record_json.hpp"

namespace divio::controller {
namespace {

// As many as there are images of: older ones cannot be rolled back to.
constexpr std::size_t releases_kept = 10;

model::Labels labels_of(const RecordKeeper& keeper) {
  return {{std::string(model::label::record), keeper.key.project.str() + "/" + keeper.key.environment.str()},
          {std::string(model::label::record_of), keeper.of}};
}

void keep_newest(std::vector<model::Release>& releases, int wanted) {
  std::size_t seen = 0;
  std::erase_if(releases, [&](const auto& release) { return ++seen > releases_kept && release.number != wanted; });
}

// Passwords of servers that were made; asking for another's would make one.
Result<void> add_servers(Runtime& runtime, model::EnvironmentRecord& record) {
  for (const auto& service : record.services) {
    const bool made = !service.server.empty() && !service.role.empty();
    if (!made || record.servers.contains(service.server)) continue;
    DIVIO_TRY(password, runtime.store.services().server_password(record.environment.region, service.server));
    record.servers.emplace(service.server, std::move(password));
  }
  return {};
}

// What it takes to go on with a migration: what is known of it, the other region, and the other side's servers.
Result<void> add_migration(ports::Store& store, model::EnvironmentRecord& record) {
  DIVIO_TRY(latest, latest_migration(store, record.environment.key));
  if (!latest || !latest->goes_on()) return {};
  const auto& other = latest->other();
  if (!latest->in_place()) {
    DIVIO_ASSIGN(record.other_region, store.regions().region(other));
  }
  for (const auto& service : latest->services) {
    const auto& server = latest->there ? service.source : service.target;
    if (server.empty()) continue;
    DIVIO_TRY(password, store.services().known_server_password(other, server));
    if (!password.empty()) record.other_servers.emplace(server, std::move(password));
  }
  record.migration = std::move(*latest);
  return {};
}

long sequence_of(const ports::Volume& record) {
  const auto text = record_label(record, record_sequence);
  long sequence = 0;
  std::from_chars(text.data(), text.data() + text.size(), sequence);
  return sequence;
}

bool precedes(const ports::Volume& a, const ports::Volume& b) {
  return std::pair(sequence_of(a), a.name) < std::pair(sequence_of(b), b.name);
}

}  // namespace

std::string record_label(const ports::Volume& volume, std::string_view name) {
  const auto found = volume.labels.find(std::string(name));
  return found == volume.labels.end() ? std::string() : found->second;
}

const ports::Volume* newest_record(const std::vector<ports::Volume>& volumes) {
  const auto found = std::ranges::max_element(volumes, precedes);
  return found == volumes.end() ? nullptr : &*found;
}

Result<std::optional<model::EnvironmentRecord>> record_of(Runtime& runtime, const model::EnvironmentKey& key) {
  using Found = std::optional<model::EnvironmentRecord>;
  auto& store = runtime.store;
  DIVIO_TRY(environment, store.projects().environment(key));
  DIVIO_TRY(project, store.projects().project(key.project));
  if (!environment || !project) return Found();
  model::EnvironmentRecord record{.project = *project, .environment = *environment, .region = runtime.region};
  DIVIO_ASSIGN(record.releases, store.releases().releases(key));
  if (record.releases.empty()) return Found();
  keep_newest(record.releases, environment->release);
  DIVIO_ASSIGN(record.variables, store.variables().variables(key));
  DIVIO_ASSIGN(record.secret_key, store.variables().secret_key(key));
  DIVIO_ASSIGN(record.services, store.services().services(key));
  DIVIO_CHECK(add_servers(runtime, record));
  DIVIO_CHECK(add_migration(store, record));
  return Found(std::move(record));
}

RecordKeeper keeper_of(const Runtime& runtime, const model::EnvironmentKey& key) {
  return {key, catalogue_of(runtime), runtime.store.catalogue_id()};
}

Result<RecordVolume> record_volume(const Runtime& runtime, const model::EnvironmentRecord& record) {
  const auto& key = record.environment.key;
  const auto keeper = keeper_of(runtime, key);
  DIVIO_TRY(texts, wire::write_record(record));
  auto& records = runtime.store.records();
  const auto digest = records.digest(Secret(fmt::format("{}\n{}\n{}\n{}", keeper.of, keeper.self, texts.open, texts.secrets.reveal())));
  auto labels = labels_of(keeper);
  labels[std::string(model::label::role)] = model::role::record;
  labels[std::string(model::label::record_region)] = record.environment.region.str();
  labels[std::string(model::label::record_keeper)] = keeper.self;
  labels[std::string(model::label::record_person)] = runtime.holder.person;
  labels[std::string(model::label::record_digest)] = digest;
  labels[std::string(model::label::record_open)] = texts.open;
  labels[std::string(model::label::record_sealed)] = records.seal(texts.secrets);
  return RecordVolume{fmt::format("divio-record-{}-{}", key.stem(), digest.substr(0, 16)), std::move(labels)};
}

Result<void> put_record(ports::Volumes& volumes, const RecordKeeper& keeper, const std::optional<RecordVolume>& wanted) {
  DIVIO_TRY(before, volumes.look(labels_of(keeper)));
  const auto* newest = newest_record(before);
  if (newest != nullptr && !keeper.take && record_label(*newest, model::label::record_keeper) != keeper.self) return {};
  const bool there = newest != nullptr && wanted && newest->name.starts_with(wanted->name);
  if (there && before.size() == 1) return {};
  if (wanted && !there) {
    auto labels = wanted->labels;
    const auto sequence = std::to_string(newest == nullptr ? 1 : sequence_of(*newest) + 1);
    labels[std::string(record_sequence)] = sequence;
    DIVIO_CHECK(volumes.create(wanted->name + "-" + sequence, labels));
  }
  DIVIO_TRY(after, volumes.look(labels_of(keeper)));
  // Of two that put theirs at once both leave the same one.
  const auto* kept = wanted ? newest_record(after) : nullptr;
  for (const auto& volume : after)
    if (kept == nullptr || volume.name != kept->name) DIVIO_CHECK(volumes.remove(volume.name));
  return {};
}

Result<std::string> keep_record(Runtime& runtime, const RecordKeeper& keeper, const std::string& kept) {
  DIVIO_TRY(record, record_of(runtime, keeper.key));
  std::optional<RecordVolume> wanted;
  if (record && record->environment.region == runtime.region.name) {  // else it has moved away
    DIVIO_ASSIGN(wanted, record_volume(runtime, *record));
  }
  if (wanted && wanted->name == kept) return kept;
  DIVIO_CHECK(put_record(runtime.engine.volumes(), keeper, wanted));
  return wanted ? wanted->name : std::string();
}

Result<void> check_keeper(Runtime& runtime, const model::EnvironmentKey& key) {
  const auto ours = keeper_of(runtime, key);
  DIVIO_TRY(records, runtime.engine.volumes().look(labels_of(ours)));
  const auto* newest = newest_record(records);
  if (newest == nullptr || record_label(*newest, model::label::record_keeper) == ours.self) return {};
  return fail(ErrorCode::refused,
              fmt::format("{} was taken over by {}, with another catalogue ({})", key.stem(),
                          record_label(*newest, model::label::record_person), record_label(*newest, model::label::record_keeper)),
              fmt::format("use that catalogue, or take it back with that one's key: divioctl region import {} --key-file FILE", runtime.region.name.str()));
}

}  // namespace divio::controller
