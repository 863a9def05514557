#include "controller/backup_run.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "controller/progress.hpp"

namespace divio::controller {

namespace {
constexpr std::size_t most_services_at_once = 4;  // each of them compresses
}  // namespace

Result<void> end_beside(OperationRun& run, const Error* error, const std::string& summary) {
  using model::Outcome;
  if (error == nullptr) return run.end(Outcome::succeeded, summary);
  return run.end(error->code == ErrorCode::cancelled ? Outcome::cancelled : Outcome::failed, error->message);
}

Result<void> tell_step(OperationRun& run, const Runtime& runtime, const PlanMade::Step& step,
                       const std::function<Result<void>(const Moved&)>& act) {
  run.tell(StepBegan{step.id, step.description});
  const auto began = runtime.clock.now();
  Progress progress(step.id, [&](const Event& event) { run.tell(event); });
  auto done = act([&](std::uint64_t bytes) { progress.add(bytes); });
  StepEnded ended{step.id, std::chrono::duration<double>(runtime.clock.now() - began).count(), {}, {}};
  if (!done) ended.error = done.error();
  run.tell(ended);
  return done;
}

Result<void> at_once(std::size_t count, const std::function<Result<void>(std::size_t)>& act) {
  std::vector<Result<void>> results(count);
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(count, most_services_at_once); ++i)
      threads.emplace_back([&] {
        for (auto mine = next++; mine < count; mine = next++) results[mine] = act(mine);
      });
  }
  const auto failed = std::ranges::find_if(results, [](const auto& result) { return !result; });
  return failed == results.end() ? Result<void>() : *failed;
}

}  // namespace divio::controller
