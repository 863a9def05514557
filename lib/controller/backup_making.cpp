#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "backups/retention.hpp"
#include "backups/tar_reader.hpp"
#include "controller/backup_run.hpp"
#include "controller/backups.hpp"
#include "controller/media_data.hpp"
#include "controller/outcome.hpp"
#include "controller/project_volumes.hpp"
#include "controller/service_data.hpp"
#include "controller/service_steps.hpp"
#include "model/volume.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;
using model::ServiceType;

bool has_contents(const ServiceInstance& one) { return one.type == ServiceType::media || !one.password.empty(); }

// What is backed up: a service, or a volume of the project.
struct Holder {
  std::string prefix;  // model::volume_entry() of a volume
  std::optional<ServiceInstance> service = {};  // nullopt: a volume

  [[nodiscard]] bool is_files() const { return !service || service->type == ServiceType::media; }
};
using Holders = std::vector<Holder>;

PlanMade::Step step_of(const Holder& one) { return {"backup " + one.prefix, "back up " + model::named(one.prefix)}; }

Result<void> bring_servers_up(Runtime& runtime, OperationRun& run, const Holders& holders) {
  Work work{runtime, run, nullptr, {}, run.stop()};
  std::set<std::string> seen;
  for (const auto& one : holders) {
    if (!one.service || one.service->server.empty() || !seen.insert(one.service->server).second) continue;
    DIVIO_CHECK(carry_out(work, planning::EnsureServer{one.service->server, one.service->type, one.service->version}, one.service->environment));
  }
  return {};
}

// Media without a volume yet are nothing that could be lost.
Result<bool> has_files(Runtime& runtime, const ServiceInstance& one) {
  const auto place = media_place(runtime, one, {});
  if (!place && place.error().code == ErrorCode::not_found) return false;
  if (!place) return Failure(place.error());
  return true;
}

// Those of services, then those of volumes, which are asked of the engine, for releases may have left some.
Result<Holders> holders_of(Runtime& runtime, const BackupWish& wish, const Instances& known) {
  Holders holders;
  for (const auto& one : known) {
    if (!has_contents(one) || (!wish.service.empty() && one.prefix.str() != wish.service)) continue;
    if (wish.kind == model::BackupKind::moved && one.bucket && wish.service.empty()) continue;  // it stays
    if (one.type == ServiceType::media) {
      DIVIO_TRY(files, has_files(runtime, one));
      if (!files) continue;
    }
    holders.push_back({one.prefix.str(), one});
  }
  const auto wanted = model::volume_of_entry(wish.service);
  if (!wish.service.empty() && wanted.empty()) return holders;
  DIVIO_TRY(volumes, project_volumes(runtime, wish.key, {}, known));
  for (const auto& volume : volumes)
    if (wanted.empty() || volume == wanted) holders.push_back({model::volume_entry(volume)});
  return holders;
}

// Why there is nothing of what was wished for.
Result<Holders> nothing_of(Runtime& runtime, const BackupWish& wish, const Instances& known) {
  DIVIO_TRY(volumes, project_volumes(runtime, wish.key, {}, known));
  const auto missing = fmt::format("{} has no {}", wish.key.stem(), model::called(wish.service));
  const bool is_service = std::ranges::any_of(known, [&](const auto& one) { return one.prefix.str() == wish.service; });
  if (!is_service && std::ranges::find(volumes, wish.service) != volumes.end())
    return fail(ErrorCode::not_found, missing, fmt::format("the volume of that name is {}", model::volume_entry(wish.service)));
  if (!model::volume_of_entry(wish.service).empty()) {
    for (auto& volume : volumes) volume = model::volume_entry(volume);
    return fail(ErrorCode::not_found, missing, volumes.empty() ? "those of divio.yaml are made by the next deployment" : "there is " + join(volumes, ", "));
  }
  DIVIO_CHECK(with_contents(known, wish.key, wish.service));
  return fail(ErrorCode::not_found, fmt::format("{} has no data to back up yet", wish.key.stem()), "deploy first, which makes its services");
}

Result<Holders> choose(Runtime& runtime, const BackupWish& wish) {
  DIVIO_TRY(known, runtime.store.services().services(wish.key));
  DIVIO_TRY(holders, holders_of(runtime, wish, known));
  return holders.empty() ? nothing_of(runtime, wish, known) : std::move(holders);
}

Result<model::Backup> blank(Runtime& runtime, const BackupWish& wish) {
  const auto now = runtime.clock.now();
  model::Backup backup{.id = wish.id.empty() ? backups::backup_id(now, random_hex(2)) : wish.id, .key = wish.key, .region = runtime.region.name,
                       .kind = wish.kind, .person = runtime.holder.person, .created_at = now, .keep_until = wish.keep_until};
  DIVIO_TRY(environment, runtime.store.projects().environment(wish.key));
  if (!environment) return backup;
  DIVIO_TRY(release, wanted_release(runtime, *environment));
  if (!release) return backup;
  backup.release = release->number;
  backup.commit = release->revision.commit;
  return backup;
}

Result<media::Place> files_of(Runtime& runtime, const model::EnvironmentKey& key, const Holder& one, std::stop_token stop) {
  if (one.service) return media_place(runtime, *one.service, std::move(stop));
  DIVIO_TRY(volume, volume_place(runtime, key, model::volume_of_entry(one.prefix), model::called(one.prefix), std::move(stop)));
  return media::Place(std::move(volume));
}

Result<model::Evidence> write_files(const media::Place& place, const ports::ByteSink& sink) {
  backups::TarReader reader;
  DIVIO_CHECK(media::write_archive_of(place, [&](std::string_view bytes) {
    reader.add(bytes);
    return sink(bytes);
  }));
  return reader.finish();
}

Result<model::StoredService> back_up(Runtime& runtime, OperationRun& run, const backups::Draft& draft, const model::EnvironmentKey& key,
                                     const Holder& one, const Moved& moved) {
  model::Evidence evidence;
  const auto content = [&](const ports::ByteSink& sink) -> Result<void> {
    const ports::ByteSink watched = [&](std::string_view bytes) {
      moved(bytes.size());
      return sink(bytes);
    };
    if (one.is_files()) {
      DIVIO_TRY(place, files_of(runtime, key, one, run.stop()));
      DIVIO_ASSIGN(evidence, write_files(place, watched));
      return {};
    }
    DIVIO_TRY(server, server_with_password(runtime, *one.service));
    DIVIO_ASSIGN(evidence, runtime.services.dump_with_evidence({runtime.engine, runtime.clock, run.stop()}, server, *one.service, watched));
    return {};
  };
  model::StoredService described{.prefix = one.prefix};
  if (one.service) described.type = one.service->type;
  if (one.service) described.version = one.service->version;
  DIVIO_TRY(stored, draft.add(std::move(described), content));
  stored.evidence = std::move(evidence);
  return stored;
}

Result<model::Backup> fill(Runtime& runtime, OperationRun& run, backups::Draft& draft, const model::EnvironmentKey& key, const Holders& holders) {
  std::vector<std::optional<model::StoredService>> stored(holders.size());
  DIVIO_CHECK(at_once(holders.size(), [&](std::size_t i) {
    return tell_step(run, runtime, step_of(holders[i]), [&](const Moved& moved) -> Result<void> {
      DIVIO_ASSIGN(stored[i], back_up(runtime, run, draft, key, holders[i], moved));
      return {};
    });
  }));
  if (run.stop().stop_requested()) return Failure(run.stop_reason());
  std::vector<model::StoredService> services;
  for (auto& one : stored) services.push_back(std::move(*one));
  return draft.finish(std::move(services), runtime.clock.now());
}

Result<model::Backup> carry_out(Runtime& runtime, OperationRun& run, const backups::Shelf& shelf, const BackupWish& wish) {
  DIVIO_TRY(holders, choose(runtime, wish));
  PlanMade plan{run.id(), {{"Back up", {}}}};
  for (const auto& one : holders) plan.stages.front().steps.push_back(step_of(one));
  run.tell(plan);
  DIVIO_CHECK(bring_servers_up(runtime, run, holders));
  DIVIO_TRY(backup, blank(runtime, wish));
  DIVIO_TRY(draft, backups::Draft::begin(shelf, std::move(backup), run.stop()));
  auto made = fill(runtime, run, draft, wish.key, holders);
  if (!made) draft.give_up();
  return made;
}

// It is a backup already: what cannot be removed now goes with the next one.
void prune(Runtime& runtime, OperationRun& run, const backups::Shelf& shelf, const model::EnvironmentKey& key) {
  const auto tell = [&](const Error& error) {
    run.tell(Notice{Notice::Level::warning, fmt::format("old backups could not be removed: {}", error.message)});
  };
  const auto listing = backups::list(shelf, key);
  if (!listing) return tell(listing.error());
  std::vector<backups::Kept> kept;
  for (const auto& one : listing->whole) kept.push_back({one.id, one.kind, one.created_at, one.keep_until});
  for (const auto& id : backups::to_remove(kept, runtime.clock.now()))
    if (const auto gone = backups::remove(shelf, key, id); !gone) return tell(gone.error());
}

}  // namespace

Result<Instances> with_contents(const Instances& known, const model::EnvironmentKey& key, const std::string& prefix) {
  Instances chosen;
  for (const auto& one : known)
    if (has_contents(one) && (prefix.empty() || one.prefix.str() == prefix)) chosen.push_back(one);
  if (!chosen.empty()) return chosen;
  if (!prefix.empty() && std::ranges::none_of(known, [&](const auto& one) { return one.prefix.str() == prefix; }))
    return fail(ErrorCode::not_found, fmt::format("{} has no service '{}'", key.stem(), prefix), "divioctl service list lists those there are");
  return fail(ErrorCode::not_found, fmt::format("{} has no data to back up", key.stem()),
              known.empty() ? "divioctl service add adds a database, a cache or media" : "the next deployment makes its services");
}

Result<bool> has_data(Runtime& runtime, const BackupWish& wish) {
  DIVIO_TRY(known, runtime.store.services().services(wish.key));
  DIVIO_TRY(holders, holders_of(runtime, wish, known));
  return !holders.empty();
}

Result<model::Backup> make_backup(Runtime& runtime, const backups::Shelf& shelf, const BackupWish& wish, const Call& call) {
  DIVIO_CHECK(choose(runtime, wish));
  DIVIO_TRY(run, OperationRun::begin(runtime, model::OperationKind::backup_create, wish.key, wish.request, call));
  auto made = carry_out(runtime, *run, shelf, wish);
  if (made) prune(runtime, *run, shelf, wish.key);
  const auto ended = end_beside(*run, made ? nullptr : &made.error(), made ? "backup " + made->id : std::string());
  if (!ended && made) return Failure(ended.error());
  return made;
}

Result<std::string> backup_trouble(Runtime& runtime, const model::EnvironmentKey& key) {
  using model::OperationKind;
  using model::Outcome;
  DIVIO_TRY(operations, runtime.store.journal().operations(key, 200));
  const auto last = std::ranges::find(operations, OperationKind::backup_create, &model::Operation::kind);
  if (last == operations.end() || last->outcome == Outcome::succeeded) return std::string();
  const auto when = model::to_rfc3339(last->began_at);
  if (last->outcome == Outcome::failed) return fmt::format("the last backup, of {}, failed: {}", when, last->summary);
  if (last->outcome != Outcome::running) return fmt::format("the last backup, of {}, was cut short", when);
  DIVIO_TRY(leases, runtime.store.leases().leases());
  const auto now = runtime.clock.now();
  const bool goes_on = std::ranges::any_of(leases, [&](const auto& lease) { return lease.subject == backups_subject(key) && lease.expires_at > now; });
  return goes_on ? std::string() : fmt::format("the last backup, of {}, was cut short", when);
}

}  // namespace divio::controller
