#include "controller/service_data.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/execute.hpp"
#include "controller/outcome.hpp"
#include "model/volume.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;

bool is_volume(const std::string& prefix) { return !model::volume_of_entry(prefix).empty(); }

planning::Plan plan_of(const DataChange& change, const Instances& instances) {
  planning::Stage servers{"Bring servers up", {}};
  planning::Stage data{"Replace data", {}};
  for (const auto& [prefix, source] : change.sources) data.steps.push_back(planning::ReplaceData{prefix, source.name});
  for (const auto& instance : instances) {
    if (instance.server.empty()) continue;
    const planning::Step server = planning::EnsureServer{instance.server, instance.type, instance.version};
    if (std::ranges::find(servers.steps, server) == servers.steps.end()) servers.steps.push_back(server);
  }
  planning::Plan plan{change.key, {}};
  if (!servers.steps.empty()) plan.stages.push_back(std::move(servers));
  plan.stages.push_back(std::move(data));
  return plan;
}

Result<planning::Plan> plan_change(Runtime& runtime, const DataChange& change) {
  Instances instances;
  for (const auto& [prefix, source] : change.sources) {
    if (is_volume(prefix)) continue;
    DIVIO_TRY(instance, need_instance(runtime, change.key, prefix));
    instances.push_back(std::move(instance));
  }
  return plan_of(change, instances);
}

Result<RolloutOutcome> carry_out(Runtime& runtime, OperationRun& run, const DataChange& change) {
  DIVIO_TRY(plan, plan_change(runtime, change));
  run.tell(planning::announce(plan, run.id()));
  Work work{runtime, run, nullptr, {}, run.stop()};
  work.data = [&](const std::string& prefix) -> ports::ArchiveWriter {
    return [&, prefix](const ports::ByteSink& sink) { return change.sources.at(prefix).write(sink, work.stop); };
  };
  DIVIO_CHECK(execute(work, plan));
  return outcome_of(runtime, std::nullopt, plan, run.id());
}

}  // namespace

Result<void> dump_data(Runtime& runtime, const ServiceInstance& instance, std::stop_token stop, const ports::ByteSink& sink) {
  DIVIO_TRY(server, server_with_password(runtime, instance));
  return runtime.services.dump({runtime.engine, runtime.clock, std::move(stop)}, server, instance, sink);
}

Result<void> restore_data(Runtime& runtime, const ServiceInstance& instance, std::stop_token stop,
                          const ports::ArchiveWriter& archive) {
  DIVIO_TRY(server, server_with_password(runtime, instance));
  return runtime.services.restore({runtime.engine, runtime.clock, std::move(stop)}, server, instance, archive);
}

Result<model::Evidence> look_at_copy(Runtime& runtime, const ServiceInstance& instance, std::stop_token stop) {
  DIVIO_TRY(server, server_with_password(runtime, instance));
  return runtime.services.look_at_copy({runtime.engine, runtime.clock, std::move(stop)}, server, instance);
}

Result<RolloutOutcome> replace_data(Runtime& runtime, const DataChange& change, const Call& call) {
  if (call.dry_run) {
    DIVIO_TRY(plan, plan_change(runtime, change));
    return outcome_of(runtime, std::nullopt, plan, "");
  }
  DIVIO_TRY(run, OperationRun::begin(runtime, change.kind, change.key, change.request, call));
  return conclude(*run, carry_out(runtime, *run, change));
}

Result<RolloutOutcome> resume_data(Runtime& runtime, const model::Operation& operation, const DataChange& change, const Call& call) {
  DIVIO_TRY(run, OperationRun::resume(runtime, operation, call));
  return conclude(*run, carry_out(runtime, *run, change));
}

}  // namespace divio::controller
