// The flags that choose the code of a build.
#pragma once

#include "divio/requests.hpp"
#include "divio/result.hpp"

namespace divio::cli {

// --ref and --worktree exclude each other.
[[nodiscard]] inline Result<void> check(const CodeSelection& code) {
  if (code.reference.empty() || !code.working_tree) return {};
  return fail(ErrorCode::invalid, "--ref and --worktree exclude each other",
              "--ref builds what is committed, --worktree the folder as it is");
}

}  // namespace divio::cli
