#include "controller/steps.hpp"

#include <fmt/format.h>

#include "controller/health.hpp"
#include "controller/instances.hpp"
#include "controller/observe.hpp"
#include "controller/release_command.hpp"
#include "controller/service_steps.hpp"
#include "controller/services.hpp"
#include "model/labels.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace planning;

constexpr int tries = 50;  // to remove a volume
constexpr std::chrono::milliseconds between_tries{100};

// One overload a step; what a step promises is said in planning/plan.hpp.
struct Performer {
  Work& work;
  const model::EnvironmentKey& key;

  Result<void> operator()(const CreateNetwork& step) const {
    return work.runtime.engine.networks().create({step.name, step.subnet, step.dynamic_range, environment_labels(work.runtime, key)});
  }

  Result<void> operator()(const CreateVolume& step) const {
    return work.runtime.engine.volumes().create(step.name, environment_labels(work.runtime, key));
  }

  Result<void> operator()(const EnsureIngress&) const {
    return work.runtime.ingress.ensure(
        [this](std::string_view line) { work.run.tell(Line{step_id(EnsureIngress{}), std::string(line)}); }, work.stop);
  }

  Result<void> operator()(const RunReleaseCommand& step) const { return run_release_command(work, step); }

  Result<void> operator()(const StartInstance& step) const {
    auto& containers = work.runtime.engine.containers();
    auto spec = instance_spec(work.runtime, *work.release, step);
    DIVIO_CHECK(provide_services(work.runtime, *work.release, spec));
    auto created = containers.create(spec);
    if (created) return containers.start(*created);
    if (created.error().code != ErrorCode::conflict) return Failure(created.error());
    // Made by an operation that was cut short before it could start it.
    DIVIO_TRY(existing, containers.inspect(step.name));
    if (!existing.labels.contains(std::string(model::label::managed)))
      return fail(ErrorCode::conflict, fmt::format("a container named {} exists and is not divioctl's", step.name),
                  "rename or remove it: docker rm " + step.name);
    return containers.start(existing.id);
  }

  Result<void> operator()(const ApplyRoutes& step) const { return work.runtime.ingress.apply(step.routes); }
  Result<void> operator()(const AwaitHealthy& step) const { return await_healthy(work, step, key); }

  Result<void> operator()(const Commit& step) const {
    DIVIO_CHECK(work.commit());
    work.committed = true;
    work.run.keep_record();
    return work.run.record("committed", std::to_string(step.release));
  }

  Result<void> operator()(const AwaitDrained& step) const { return await_drained(work, step, key); }

  Result<void> operator()(const RemoveContainer& step) const {
    auto& containers = work.runtime.engine.containers();
    auto stopped = containers.stop(step.name, step.grace);
    if (!stopped && stopped.error().code != ErrorCode::not_found) return stopped;
    return containers.remove(step.name);
  }

  Result<void> operator()(const ForgetRoutes&) const { return work.runtime.ingress.forget(key); }
  Result<void> operator()(const RemoveNetwork& step) const {
    DIVIO_CHECK(leave_network(work.runtime, step.name, key));
    return work.runtime.engine.networks().remove(step.name);
  }
  // Containers that the engine removes by itself, such as those that gave access to media, may be ending still.
  Result<void> operator()(const RemoveVolume& step) const {
    auto removed = work.runtime.engine.volumes().remove(step.name);
    for (int i = 0; i < tries && !removed && removed.error().code == ErrorCode::conflict; ++i) {
      if (!work.runtime.clock.sleep(between_tries, work.stop)) break;
      removed = work.runtime.engine.volumes().remove(step.name);
    }
    return removed;
  }

  // Of services.
  template <class OfServices>
  Result<void> operator()(const OfServices& step) const {
    return carry_out(work, step, key);
  }
};

}  // namespace

Result<void> carry_out(Work& work, const planning::Step& step, const model::EnvironmentKey& key) {
  return std::visit(Performer{work, key}, step);
}

}  // namespace divio::controller
