// What the journal keeps of a deployment's request: the commit it stood for when it began, so that one that is resumed
// deploys that commit, wherever its branch has moved to.
#pragma once

#include <string>

#include "controller/use_cases.hpp"
#include "model/operation.hpp"

namespace divio::controller {

// The deployment with its commit in place of a branch, a tag or a shortened commit, in what is built and in the journal's
// request. A working tree has no commit that tells what it holds and stays what it is. Refused for a branch that is
// checked out and has changes that are not committed.
[[nodiscard]] Result<Deployment> pinned(Deployment deployment);

// The request of a deployment in the journal.
[[nodiscard]] Result<DeployRequest> journaled_request(const model::Operation& operation);

// The branch by which its commit was found; empty if by none.
[[nodiscard]] Result<std::string> journaled_branch(const model::Operation& operation);

}  // namespace divio::controller
