#include "controller/execute.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "model/full_disk.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

constexpr std::size_t most_at_once = 16;

Result<void> journalled(Work& work, const planning::Step& step, const model::EnvironmentKey& key) {
  const auto id = planning::step_id(step);
  DIVIO_CHECK(work.run.record("step-began", id));
  work.run.tell(StepBegan{id, planning::describe(step)});
  const auto began = work.runtime.clock.now();
  auto done = model::with_disk_of(carry_out(work, step, key), "region " + work.runtime.region.name.str());
  StepEnded ended{id, std::chrono::duration<double>(work.runtime.clock.now() - began).count(), {}, {}};
  if (!done) ended.error = done.error();
  work.run.tell(ended);
  if (!done) return done;
  return work.run.record("step-ended", id);
}

Result<void> execute_stage(Work& work, const planning::Stage& stage, const model::EnvironmentKey& key) {
  if (stage.steps.size() == 1) return journalled(work, stage.steps.front(), key);
  std::vector<Result<void>> results(stage.steps.size());
  std::atomic<std::size_t> next = 0;
  const auto take_steps = [&] {
    for (std::size_t i = next++; i < stage.steps.size(); i = next++) results[i] = journalled(work, stage.steps[i], key);
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(stage.steps.size(), most_at_once); ++i) threads.emplace_back(take_steps);
  }
  const auto failed = std::ranges::find_if(results, [](const auto& result) { return !result; });
  return failed == results.end() ? Result<void>{} : *failed;
}

}  // namespace

Result<void> execute(Work& work, const planning::Plan& plan) {
  for (const auto& stage : plan.stages) {
    if (work.stop.stop_requested()) return Failure(work.run.stop_reason());
    DIVIO_CHECK(execute_stage(work, stage, plan.key));
  }
  return {};
}

}  // namespace divio::controller
