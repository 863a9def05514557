#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "backups/comparison.hpp"
#include "backups/tar_reader.hpp"
#include "controller/backup_run.hpp"
#include "controller/backups.hpp"
#include "media/archive.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "model/volume.hpp"
#include "services/instance.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::Backup;
using model::StoredService;

// Containers and volumes of drills have a label of their own, by which anybody who has this lease can tell that their drill
// is over.
std::string drills_subject(const Runtime& runtime) { return "drills in " + runtime.region.name.str(); }

model::Labels drill_labels(const Runtime& runtime, const std::string& backup) {
  return {{std::string(model::label::managed), runtime.store.catalogue_id()},
          {std::string(model::label::region), runtime.region.name.str()},
          {std::string(model::label::drill), backup}};
}

Result<void> remove_leftovers(Runtime& runtime) {
  const auto labels = drill_labels(runtime, "");
  DIVIO_TRY(containers, runtime.engine.containers().list(labels));
  for (const auto& container : containers) DIVIO_CHECK(runtime.engine.containers().remove(container.name));
  DIVIO_TRY(volumes, runtime.engine.volumes().list(labels));
  for (const auto& volume : volumes) DIVIO_CHECK(runtime.engine.volumes().remove(volume));
  return {};
}

// What is tried out, and what with.
struct Trial {
  Runtime& runtime;
  OperationRun& run;
  const backups::Shelf& shelf;
  const Backup& backup;

  [[nodiscard]] std::string name_of(const StoredService& service) const {
    return fmt::format("divio-drill-{}-{}", backup.id, service.prefix);
  }
};

ports::ArchiveWriter contents(const Trial& trial, const StoredService& service, const Moved& moved) {
  return [&trial, &service, moved](const ports::ByteSink& sink) {
    return backups::read(trial.shelf, trial.backup, service, [&](std::string_view bytes) {
      moved(bytes.size());
      return sink(bytes);
    }, trial.run.stop());
  };
}

Result<model::Evidence> try_server(const Trial& trial, const StoredService& service, const Moved& moved) {
  auto& runtime = trial.runtime;
  DIVIO_TRY(prefix, model::ServicePrefix::parse(service.prefix));
  services::Server server{.type = *service.type, .version = service.version, .name = trial.name_of(service),
                          .password = services::new_password(), .labels = drill_labels(runtime, trial.backup.id)};
  const services::Place place{runtime.engine, runtime.clock, trial.run.stop()};
  auto scratch = model::new_instance(runtime.region.name, trial.backup.key, {.prefix = prefix, .type = *service.type, .version = service.version});
  scratch.server = server.name;
  scratch.database = runtime.services.database_of(runtime.store.catalogue_id(), scratch);
  DIVIO_TRY(login, runtime.services.new_login(scratch));
  scratch.role = login.role;
  scratch.password = login.password;
  const auto act = [&]() -> Result<model::Evidence> {
    DIVIO_CHECK(runtime.services.ensure_server(place, server));
    DIVIO_CHECK(runtime.services.provision(place, server, scratch));
    DIVIO_CHECK(runtime.services.restore(place, server, scratch, contents(trial, service, moved)));
    return runtime.services.look_at_data(place, server, scratch);
  };
  auto seen = act();
  // What cannot be removed now goes with the next drill.
  (void)runtime.engine.containers().remove(server.name);
  (void)runtime.engine.volumes().remove(server.name);
  return seen;
}

Result<model::Evidence> try_files(const Trial& trial, const StoredService& service, const Moved& moved) {
  auto& runtime = trial.runtime;
  const auto labels = drill_labels(runtime, trial.backup.id);
  const media::Volume volume{runtime.engine, trial.name_of(service), labels, runtime.programs, trial.run.stop()};
  backups::TarReader reader;
  const auto act = [&]() -> Result<model::Evidence> {
    DIVIO_CHECK(runtime.engine.volumes().create(volume.name, labels));
    DIVIO_CHECK(media::read_archive(volume, media::Existing::replace, contents(trial, service, moved)));
    DIVIO_CHECK(media::write_archive(volume, [&](std::string_view bytes) -> Result<void> {
      reader.add(bytes);
      return {};
    }));
    return reader.finish();
  };
  auto seen = act();
  // The container that gave access ends by itself, a moment after its caller has let go of it.
  for (int tries = 0; tries < 50 && !runtime.engine.volumes().remove(volume.name); ++tries) runtime.clock.sleep(std::chrono::milliseconds(200), {});
  return seen;
}

// What is wrong with the backup is a difference; what is wrong with the place in which it is tried is an error.
bool is_the_backups_fault(const Error& error) {
  return error.code == ErrorCode::refused || error.code == ErrorCode::invalid || error.code == ErrorCode::failed;
}

Result<std::vector<std::string>> try_out(const Trial& trial, const StoredService& service, const Moved& moved) {
  const auto seen = service.is_files() ? try_files(trial, service, moved) : try_server(trial, service, moved);
  if (seen) return backups::differences(service, *seen);
  if (!is_the_backups_fault(seen.error())) return Failure(seen.error());
  auto sentence = fmt::format("{}: {}", model::named(service.prefix), seen.error().message);
  if (!seen.error().hint.empty()) sentence += " (" + seen.error().hint + ")";
  return std::vector{sentence};
}

PlanMade::Step step_of(const StoredService& service) {
  return {"try " + service.prefix, fmt::format("restore {} aside and compare", model::named(service.prefix))};
}

Result<model::Drill> carry_out(const Trial& trial) {
  auto& [runtime, run, shelf, backup] = trial;
  PlanMade plan{run.id(), {{"Try the backup out", {}}}};
  for (const auto& service : backup.services) plan.stages.front().steps.push_back(step_of(service));
  run.tell(plan);
  DIVIO_CHECK(remove_leftovers(runtime));
  model::Drill drill{.backup = backup.id, .at = runtime.clock.now()};
  // One after the other: servers that are just made take memory from those that serve.
  for (const auto& service : backup.services)
    DIVIO_CHECK(tell_step(run, runtime, step_of(service), [&](const Moved& moved) -> Result<void> {
      DIVIO_TRY(found, try_out(trial, service, moved));
      drill.differences.insert(drill.differences.end(), found.begin(), found.end());
      return {};
    }));
  if (run.stop().stop_requested()) return Failure(run.stop_reason());
  drill.passed = drill.differences.empty();
  drill.seconds = std::chrono::duration<double>(runtime.clock.now() - drill.at).count();
  DIVIO_CHECK(backups::record_drill(shelf, backup, drill));
  return drill;
}

Result<std::unique_ptr<HeldLease>> take_drills(Runtime& runtime, const Call& call) {
  return HeldLease::acquire(runtime, {drills_subject(runtime), runtime.holder, "restore drill", {}}, call.lock_wait, call);
}

}  // namespace

Result<model::Drill> verify_backup(Runtime& runtime, const backups::Shelf& shelf, const Backup& backup, const Call& call) {
  DIVIO_TRY(lease, take_drills(runtime, call));
  const auto request = fmt::format(R"({{"backup":"{}"}})", backup.id);
  DIVIO_TRY(run, OperationRun::begin(runtime, model::OperationKind::backup_verify, backup.key, request, call));
  auto drill = carry_out({runtime, *run, shelf, backup});
  const Error not_passed{ErrorCode::failed, fmt::format("backup {} did not pass", backup.id), {}, {}};
  const auto* error = !drill ? &drill.error() : drill->passed ? nullptr : &not_passed;
  const auto ended = end_beside(*run, error, fmt::format("backup {} passed", backup.id));
  if (!ended && drill) return Failure(ended.error());
  return drill;
}

Result<void> clear_drills(Runtime& runtime, const model::EnvironmentKey& key) {
  // A drill that was killed is in the journal: where there is none, nobody has to be asked.
  DIVIO_TRY(killed, interrupted(runtime, key, true));
  if (std::ranges::find(killed, model::OperationKind::backup_verify, &model::Operation::kind) == killed.end()) return {};
  const auto lease = take_drills(runtime, {});
  if (!lease && lease.error().code == ErrorCode::conflict) return {};
  if (!lease) return Failure(lease.error());
  return remove_leftovers(runtime);
}

}  // namespace divio::controller
