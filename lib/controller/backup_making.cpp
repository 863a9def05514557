#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "backups/retention.hpp"
#include "backups/tar_reader.hpp"
#include "controller/backup_run.hpp"
#include "controller/backups.hpp"
#include "controller/media_data.hpp"
#include "controller/outcome.hpp"
#include "controller/service_data.hpp"
#include "controller/service_steps.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;
using model::ServiceType;

bool has_contents(const ServiceInstance& one) { return one.type == ServiceType::media || !one.password.empty(); }

PlanMade::Step step_of(const ServiceInstance& one) {
  return {"backup " + one.prefix.str(), fmt::format("back up service {}", one.prefix.str())};
}

Result<void> bring_servers_up(Runtime& runtime, OperationRun& run, const Instances& instances) {
  Work work{runtime, run, nullptr, {}, run.stop()};
  std::set<std::string> seen;
  for (const auto& one : instances)
    if (!one.server.empty() && seen.insert(one.server).second)
      DIVIO_CHECK(carry_out(work, planning::EnsureServer{one.server, one.type, one.version}, one.environment));
  return {};
}

// Media without a volume yet are nothing that could be lost.
Result<bool> has_files(Runtime& runtime, const ServiceInstance& one) {
  const auto place = media_place(runtime, one, {});
  if (!place && place.error().code == ErrorCode::not_found) return false;
  if (!place) return Failure(place.error());
  return true;
}

Result<Instances> there_of(Runtime& runtime, const BackupWish& wish, Instances chosen) {
  Instances there;
  for (auto& one : chosen) {
    if (wish.kind == model::BackupKind::moved && one.bucket) continue;
    if (one.type == ServiceType::media) {
      DIVIO_TRY(files, has_files(runtime, one));
      if (!files) continue;
    }
    there.push_back(std::move(one));
  }
  return there;
}

Result<Instances> choose(Runtime& runtime, const BackupWish& wish) {
  DIVIO_TRY(known, runtime.store.services().services(wish.key));
  DIVIO_TRY(chosen, with_contents(known, wish.key, wish.service));
  DIVIO_TRY(there, there_of(runtime, wish, std::move(chosen)));
  if (!there.empty()) return there;
  return fail(ErrorCode::not_found, fmt::format("{} has no data to back up yet", wish.key.stem()), "deploy first, which makes its services");
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

Result<model::StoredService> back_up(Runtime& runtime, OperationRun& run, const backups::Draft& draft, const ServiceInstance& one,
                                     const Moved& moved) {
  model::Evidence evidence;
  const auto content = [&](const ports::ByteSink& sink) -> Result<void> {
    const ports::ByteSink watched = [&](std::string_view bytes) {
      moved(bytes.size());
      return sink(bytes);
    };
    if (one.type == ServiceType::media) {
      backups::TarReader reader;
      DIVIO_CHECK(archive_media(runtime, one, run.stop(), [&](std::string_view bytes) {
        reader.add(bytes);
        return watched(bytes);
      }));
      evidence = reader.finish();
      return {};
    }
    DIVIO_TRY(server, server_with_password(runtime, one));
    DIVIO_ASSIGN(evidence, runtime.services.dump_with_evidence({runtime.engine, runtime.clock, run.stop()}, server, one, watched));
    return {};
  };
  DIVIO_TRY(stored, draft.add({.prefix = one.prefix, .type = one.type, .version = one.version}, content));
  stored.evidence = std::move(evidence);
  return stored;
}

Result<model::Backup> fill(Runtime& runtime, OperationRun& run, backups::Draft& draft, const Instances& instances) {
  std::vector<std::optional<model::StoredService>> stored(instances.size());
  DIVIO_CHECK(at_once(instances.size(), [&](std::size_t i) {
    return tell_step(run, runtime, step_of(instances[i]), [&](const Moved& moved) -> Result<void> {
      DIVIO_ASSIGN(stored[i], back_up(runtime, run, draft, instances[i], moved));
      return {};
    });
  }));
  if (run.stop().stop_requested()) return Failure(run.stop_reason());
  std::vector<model::StoredService> services;
  for (auto& one : stored) services.push_back(std::move(*one));
  return draft.finish(std::move(services), runtime.clock.now());
}

Result<model::Backup> carry_out(Runtime& runtime, OperationRun& run, const backups::Shelf& shelf, const BackupWish& wish) {
  DIVIO_TRY(instances, choose(runtime, wish));
  PlanMade plan{run.id(), {{"Back up", {}}}};
  for (const auto& one : instances) plan.stages.front().steps.push_back(step_of(one));
  run.tell(plan);
  DIVIO_CHECK(bring_servers_up(runtime, run, instances));
  DIVIO_TRY(backup, blank(runtime, wish));
  DIVIO_TRY(draft, backups::Draft::begin(shelf, std::move(backup), run.stop()));
  auto made = fill(runtime, run, draft, instances);
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
  auto chosen = with_contents(known, wish.key, wish.service);
  if (!chosen) return false;
  DIVIO_TRY(there, there_of(runtime, wish, std::move(*chosen)));
  return !there.empty();
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
