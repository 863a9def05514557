// What can be done with an environment. Each takes the environment's lease, journals itself, and either reaches what was
// asked or leaves what served before as it was.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "builder/build.hpp"
#include "controller/runtime.hpp"
#include "divio/requests.hpp"
#include "divio/views.hpp"
#include "model/names.hpp"

namespace divio::controller {

// A region whose engine builds for another one.
struct Builder {
  ports::Engine* engine = nullptr;
  model::Region region;
};

struct Deployment {
  model::EnvironmentKey key;
  Codebase codebase;
  DeployRequest request;
  std::string request_json;  // for the journal
  std::optional<Builder> builder = {};  // absent: the region builds for itself
};

[[nodiscard]] Result<BuildOutcome> build(Runtime&, const Deployment&, const Call&);
[[nodiscard]] Result<RolloutOutcome> deploy(Runtime&, const Deployment&, const Call&);
[[nodiscard]] Result<RolloutOutcome> scale(Runtime&, const model::EnvironmentKey&, const ScaleRequest&, const Call&);
[[nodiscard]] Result<RolloutOutcome> rollback(Runtime&, const model::EnvironmentKey&, const RollbackRequest&, const Call&);
[[nodiscard]] Result<RolloutOutcome> restart(Runtime&, const model::EnvironmentKey&, const Call&);
[[nodiscard]] Result<RolloutOutcome> stop(Runtime&, const model::EnvironmentKey&, const Call&);
[[nodiscard]] Result<RolloutOutcome> start(Runtime&, const model::EnvironmentKey&, const Call&);
[[nodiscard]] Result<RolloutOutcome> destroy(Runtime&, const model::EnvironmentKey&, const DestroyRequest&, const Call&);
[[nodiscard]] Result<RolloutOutcome> reconcile(Runtime&, const model::EnvironmentKey&, const Call&);

// Reconciles environments one after the other; one in trouble does not keep the others waiting. If any failed, `tell` gets
// the outcome of each that did not, and the error names each that did and why. A stop ends it.
using ReconcileOne = std::function<Result<RolloutOutcome>(const model::EnvironmentKey&)>;
[[nodiscard]] Result<std::vector<RolloutOutcome>> reconcile_each(const std::vector<model::EnvironmentKey>&, const ReconcileOne&,
                                                                 const Listener& tell);

// Goes on with an operation that was cut short. A deployment needs its codebase again, so `deployment` gives it.
using FindDeployment = std::function<Result<Deployment>(const model::Operation&)>;
[[nodiscard]] Result<RolloutOutcome> resume(Runtime&, const std::string& operation, const FindDeployment&, const Call&);

}  // namespace divio::controller
