// The branches of a repository and what they point to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "sources/git/repository.hpp"

namespace divio::sources {

// What HEAD stands for.
struct Head {
  std::string branch;             // empty: detached
  std::optional<git_oid> commit;  // none: no commit yet
};
[[nodiscard]] Result<Head> read_head(const Repository& repository);

// The commit a full reference name ("refs/heads/main") leads to; nullopt if there is no such reference.
[[nodiscard]] Result<std::optional<git_oid>> commit_of_reference(const Repository& repository, const std::string& name);

// The branch: here, else as a remote's branch with or without the remote's name. Of several remotes `origin` is taken,
// else the only one that has it. nullopt if there is none.
[[nodiscard]] Result<std::optional<git_oid>> commit_of_branch(const Repository& repository, const std::string& branch);

// Branches here and at the remotes (without the remotes' names), sorted, each once.
[[nodiscard]] Result<std::vector<std::string>> branch_names(const Repository& repository);

// "main" of "refs/heads/main" and of "refs/remotes/origin/main"; empty for anything else.
[[nodiscard]] std::string branch_of_reference(const std::string& name);

}  // namespace divio::sources
