#include "controller/pinned_deployment.hpp"

#include <array>

#include "support/try.hpp"
#include "wire/access.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio::controller {
namespace {

// A DeployRequest as JSON and one member more, which requests of earlier versions do not have.
struct Journaled {
  DeployRequest request;
  std::string branch;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> Journaled::fields() {
  using wire::access;
  static constexpr std::array<wire::Field, 5> table{{
      {.name = "ref", .help = "", .access = access<Journaled, &Journaled::request, &DeployRequest::code, &CodeSelection::reference>()},
      {.name = "worktree",
       .help = "",
       .access = access<Journaled, &Journaled::request, &DeployRequest::code, &CodeSelection::working_tree>()},
      {.name = "build-mode", .help = "", .access = access<Journaled, &Journaled::request, &DeployRequest::mode>()},
      {.name = "builder", .help = "", .access = access<Journaled, &Journaled::request, &DeployRequest::builder>()},
      {.name = "branch", .help = "", .access = access<Journaled, &Journaled::branch>()},
  }};
  return table;
}

}  // namespace

Result<Deployment> pinned(Deployment deployment) {
  auto& [directory, file, source, selection, branch] = deployment.codebase;
  DIVIO_TRY(revision, source->resolve(selection));
  if (!revision.working_tree) {
    branch = revision.branch;
    selection.reference = deployment.request.code.reference = revision.commit;
  }
  deployment.request_json = wire::to_json(Journaled{deployment.request, branch});
  return deployment;
}

Result<DeployRequest> journaled_request(const model::Operation& operation) {
  DIVIO_TRY(journaled, wire::from_json<Journaled>(operation.request));
  return std::move(journaled.request);
}

Result<std::string> journaled_branch(const model::Operation& operation) {
  DIVIO_TRY(journaled, wire::from_json<Journaled>(operation.request));
  return std::move(journaled.branch);
}

}  // namespace divio::controller
