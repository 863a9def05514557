#include "cli/report/step_text.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string amount(std::uint64_t count, const std::string& unit) {
  if (unit == "bytes") return human_bytes(count);
  return unit.empty() ? fmt::format("{}", count) : fmt::format("{} {}", count, unit);
}

// The unit once, where both have the same.
std::string part_text(const StepMoved& moved) {
  if (moved.unit != "bytes") return fmt::format("{} of {}", moved.done, amount(moved.total, moved.unit));
  auto done = human_bytes(moved.done);
  const auto total = human_bytes(moved.total);
  if (const auto unit = done.find(' '); total.ends_with(done.substr(unit))) done.resize(unit);
  return fmt::format("{} of {}", done, total);
}

}  // namespace

std::string progress_text(const StepMoved& moved, const Pace& pace) {
  std::string text;
  if (moved.total != 0) text = part_text(moved);
  else if (moved.done != 0) text = amount(moved.done, moved.unit);
  else return {};
  if (const auto quick = pace_text(pace); !quick.empty()) text += ", " + quick;
  if (moved.behind.value_or(0) > 0) text += fmt::format(", {} behind", human_bytes(*moved.behind));
  return text;
}

void StepPaces::hear(const Event& event, double now) {
  if (const auto* moved = std::get_if<StepMoved>(&event); moved != nullptr && moved->unit == "bytes") meters_[moved->step].see(now, moved->done);
  if (const auto* ended = std::get_if<StepEnded>(&event)) meters_.erase(ended->step);
}

Pace StepPaces::pace(const Event& event, double now) const {
  const auto* moved = std::get_if<StepMoved>(&event);
  const auto meter = moved == nullptr ? meters_.end() : meters_.find(moved->step);
  return meter == meters_.end() ? Pace() : meter->second.pace(now, moved->total);
}

std::string plan_summary(const PlanMade& plan) {
  std::size_t steps = 0;
  for (const auto& stage : plan.stages) steps += stage.steps.size();
  if (steps == 0) return {};
  return fmt::format("plan: {} in {}", counted(steps, "step"), counted(plan.stages.size(), "stage"));
}

}  // namespace divio::cli
