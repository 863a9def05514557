// A pass over several environments.
#include <fmt/format.h>

#include "controller/several.hpp"
#include "controller/use_cases.hpp"
#include "support/text.hpp"

namespace divio::controller {
namespace {

// What was done would be lost with the error. Where nothing was to do, one line says so for all.
void tell_outcomes(const std::vector<model::EnvironmentKey>& keys, const std::vector<RolloutOutcome>& outcomes,
                   const Listener& tell) {
  std::vector<std::string> idle;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& outcome = outcomes[i];
    if (outcome.outcome == "unchanged") idle.push_back(name_of(keys[i]));
    else tell(Notice{Notice::Level::info, fmt::format("{}: {}{}", name_of(keys[i]), outcome.outcome,
                                                      outcome.operation.empty() ? "" : ", operation " + outcome.operation)});
  }
  if (!idle.empty()) tell(Notice{Notice::Level::info, fmt::format("nothing to do in {}", join(idle, ", "))});
}

}  // namespace

Result<std::vector<RolloutOutcome>> reconcile_each(const std::vector<model::EnvironmentKey>& keys,
                                                   const ReconcileOne& reconcile_one, const Listener& tell) {
  std::vector<RolloutOutcome> outcomes;
  std::vector<model::EnvironmentKey> done;
  std::vector<Failed> failed;
  for (const auto& key : keys) {
    auto outcome = reconcile_one(key);
    if (!outcome) failed.push_back({key, outcome.error()});
    if (!outcome && outcome.error().code == ErrorCode::cancelled) break;
    if (!outcome) continue;
    done.push_back(key);
    outcomes.push_back(std::move(*outcome));
  }
  if (failed.empty()) return outcomes;
  if (tell) tell_outcomes(done, outcomes, tell);
  return Failure(error_of(failed, keys.size(), "could not be reconciled"));
}

}  // namespace divio::controller
