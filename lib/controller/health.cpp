#include "controller/health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "controller/evidence.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

constexpr auto look_at_ingress = 10ms;
constexpr auto look_at_containers = 250ms;
constexpr auto settle_time = 2s;        // how long a process without a port has to stay up
constexpr int too_many_restarts = 3;    // of a new instance: it crashes whenever it starts

struct Waiting {
  planning::AwaitHealthy::Instance instance;
  bool well = false;
  std::optional<model::TargetStatus> looked = std::nullopt;  // what its checks said last

  Failure cause(Work& work, const ports::Container& container) const {
    return Failure(diagnose(work.runtime, instance, container, looked ? &*looked : nullptr));
  }
};

// The answer to a check is not known while the next one goes on: then the last one's stays.
void look(Waiting& one, const model::TargetStatus& target) {
  const bool goes_on = target.http_status == 0 && one.looked && one.looked->check == target.check;
  const int known = goes_on ? one.looked->http_status : target.http_status;
  one.looked = target;
  one.looked->http_status = known;
  one.well = one.well || target.health == model::TargetStatus::Health::passing;
}

Result<void> look_at_checks(Work& work, std::vector<Waiting>& waiting, const model::EnvironmentKey& key) {
  DIVIO_TRY(targets, work.runtime.ingress.targets(key));
  for (auto& one : waiting) {
    const auto found = std::ranges::find(targets, one.instance.name, &model::TargetStatus::instance);
    if (found != targets.end()) look(one, *found);
  }
  return {};
}

// Looks into the containers: marks those without a port that have settled, fails for one that will not come up.
Result<void> look_into_containers(Work& work, std::vector<Waiting>& waiting) {
  for (auto& one : waiting) {
    if (one.well) continue;
    DIVIO_TRY(container, work.runtime.engine.containers().inspect(one.instance.name));
    const bool running = container.state == ports::ContainerState::running;
    const bool ended = container.state == ports::ContainerState::exited || container.state == ports::ContainerState::dead;
    if (ended || container.restarts >= too_many_restarts) return one.cause(work, container);
    if (!one.instance.process.port && running && container.started_at &&
        work.runtime.clock.now() - *container.started_at >= settle_time)
      one.well = true;
  }
  return {};
}

bool routed(const std::vector<Waiting>& waiting) {
  return std::ranges::any_of(waiting, [](const auto& w) { return w.instance.process.port.has_value(); });
}

void report(Work& work, const planning::AwaitHealthy& step, const std::vector<Waiting>& waiting) {
  const auto well = std::ranges::count_if(waiting, &Waiting::well);
  work.run.tell(StepMoved{planning::step_id(step), static_cast<std::uint64_t>(well), waiting.size(), "instances"});
}

Result<void> too_late(Work& work, const std::vector<Waiting>& waiting) {
  const auto slow = std::ranges::find(waiting, false, &Waiting::well);
  DIVIO_TRY(container, work.runtime.engine.containers().inspect(slow->instance.name));
  return slow->cause(work, container);
}

model::TimePoint give_up_at(Work& work, const planning::AwaitHealthy& step) {
  std::chrono::milliseconds longest{0};
  for (const auto& instance : step.instances)
    longest = std::max<std::chrono::milliseconds>(longest, instance.process.health.start_timeout);
  return work.runtime.clock.now() + longest;
}

}  // namespace

Result<void> await_healthy(Work& work, const planning::AwaitHealthy& step, const model::EnvironmentKey& key) {
  std::vector<Waiting> waiting;
  for (const auto& instance : step.instances) waiting.push_back({instance});
  const auto give_up = give_up_at(work, step);
  auto look_again = work.runtime.clock.now() + look_at_containers;
  long reported = -1;
  while (true) {
    if (routed(waiting)) DIVIO_CHECK(look_at_checks(work, waiting, key));
    if (work.runtime.clock.now() >= look_again || !routed(waiting)) {
      DIVIO_CHECK(look_into_containers(work, waiting));
      look_again = work.runtime.clock.now() + look_at_containers;
    }
    const auto well = std::ranges::count_if(waiting, &Waiting::well);
    if (std::exchange(reported, well) != well) report(work, step, waiting);
    if (static_cast<std::size_t>(well) == waiting.size()) return {};
    if (work.runtime.clock.now() >= give_up) return too_late(work, waiting);
    if (!work.runtime.clock.sleep(look_at_ingress, work.stop)) return Failure(work.run.stop_reason());
  }
}

Result<void> await_drained(Work& work, const planning::AwaitDrained& step, const model::EnvironmentKey& key) {
  const std::set<std::string> names(step.instances.begin(), step.instances.end());
  const auto limit = work.runtime.clock.now() + step.limit;
  while (true) {
    DIVIO_TRY(targets, work.runtime.ingress.targets(key));
    int sessions = 0;
    for (const auto& target : targets)
      if (names.contains(target.instance)) sessions += target.sessions;
    if (sessions == 0) return {};
    work.run.tell(StepMoved{planning::step_id(step), static_cast<std::uint64_t>(sessions), 0, "requests in flight"});
    if (work.runtime.clock.now() >= limit) {
      work.run.tell(Notice{Notice::Level::warning,
                           fmt::format("{} requests took longer than {} s and were cut", sessions, step.limit.count())});
      return {};
    }
    if (!work.runtime.clock.sleep(look_at_ingress, work.stop)) return Failure(work.run.stop_reason());
  }
}

}  // namespace divio::controller
