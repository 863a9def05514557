// A pass over several environments.
#include <fmt/format.h>

#include <algorithm>

#include "controller/use_cases.hpp"
#include "support/text.hpp"

namespace divio::controller {
namespace {

struct Failed {
  model::EnvironmentKey key;
  Error error;
};

std::string name_of(const model::EnvironmentKey& key) { return key.project.str() + "/" + key.environment.str(); }

// Of several codes none says more than that it failed.
ErrorCode code_of(const std::vector<Failed>& failed) {
  const auto code = failed.front().error.code;
  const bool all = std::ranges::all_of(failed, [&](const Failed& one) { return one.error.code == code; });
  return all ? code : ErrorCode::failed;
}

Error error_of(const std::vector<Failed>& failed, std::size_t environments) {
  if (environments == 1) return failed.front().error;
  std::vector<std::string> reasons;
  for (const auto& [key, error] : failed) reasons.push_back(fmt::format("{} ({})", name_of(key), error.message));
  return {code_of(failed),
          fmt::format("{} of {} environments could not be reconciled: {}", failed.size(), environments, join(reasons, ", ")),
          failed.front().error.hint, failed.front().error.where};
}

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
  return Failure(error_of(failed, keys.size()));
}

}  // namespace divio::controller
