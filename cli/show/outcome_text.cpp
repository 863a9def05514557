#include <fmt/format.h>

#include "cli/show/show.hpp"
#include "cli/show/table.hpp"

namespace divio::cli {
namespace {

std::string outcome_line(const RolloutOutcome& outcome, const Style& style) {
  const auto at = outcome.url.empty() ? "" : " at " + outcome.url;
  if (outcome.outcome == "deployed") return style.green(fmt::format("Release {} serves", outcome.release)) + at + "\n";
  if (outcome.outcome == "unchanged") return "Nothing to do\n";
  return style.green("Done") + at + "\n";
}

}  // namespace

std::string plan_text(const PlanMade& plan, const Style& style) {
  std::string text;
  int number = 0;
  for (const auto& stage : plan.stages) {
    text += style.bold(stage.title) + "\n";
    for (const auto& step : stage.steps) text += fmt::format("  {:>2}. {}\n", ++number, step.description);
  }
  return number == 0 ? "The plan is empty: there is nothing to do\n" : text;
}

std::string text_of(const RolloutOutcome& outcome, const Style& style) {
  if (outcome.outcome == "planned") return plan_text(outcome.plan, style);
  const auto image = outcome.image.empty() ? "" : outcome.image + (outcome.reused ? " (reused)" : "");
  const auto release = outcome.release == 0 ? "" : fmt::format("{}", outcome.release);
  return outcome_line(outcome, style) + block_text({{"reach it at", reach_text(outcome.url, outcome.address)},
                                                    {"release", release},
                                                    {"image", image},
                                                    {"commit", short_commit(outcome.commit)},
                                                    {"region", outcome.region == "local" ? "" : outcome.region},
                                                    {"operation", outcome.operation}},
                                                   style);
}

std::string text_of(const std::vector<RolloutOutcome>& outcomes, const Style& style) {
  if (outcomes.empty()) return "Nothing is deployed\n";
  std::string text;
  for (const auto& outcome : outcomes) text += text_of(outcome, style);
  return text;
}

std::string text_of(const BuildOutcome& outcome, const Style& style) {
  return style.green(outcome.reused ? "The image was there already" : "Built") + "\n" +
         block_text({{"image", outcome.image},
                     {"id", outcome.image_id},
                     {"commit", short_commit(outcome.commit)},
                     {"operation", outcome.operation}},
                    style);
}

}  // namespace divio::cli
