#include "cli/report/step_text.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string amount(std::uint64_t count, const std::string& unit) {
  if (unit == "bytes") return human_bytes(count);
  return unit.empty() ? fmt::format("{}", count) : fmt::format("{} {}", count, unit);
}

}  // namespace

std::string progress_text(const StepMoved& moved) {
  if (moved.total == 0) return moved.done == 0 ? "" : amount(moved.done, moved.unit);
  const auto done = moved.unit == "bytes" ? human_bytes(moved.done) : fmt::format("{}", moved.done);
  return fmt::format("{} of {}", done, amount(moved.total, moved.unit));
}

std::string plan_summary(const PlanMade& plan) {
  std::size_t steps = 0;
  for (const auto& stage : plan.stages) steps += stage.steps.size();
  if (steps == 0) return {};
  return fmt::format("plan: {} in {}", counted(steps, "step"), counted(plan.stages.size(), "stage"));
}

}  // namespace divio::cli
