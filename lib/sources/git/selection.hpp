// From what the user asked for to a commit.
#pragma once

#include <string>

#include "divio/result.hpp"
#include "model/release.hpp"
#include "ports/source.hpp"
#include "sources/git/repository.hpp"

namespace divio::sources {

struct Selected {
  git_oid commit{};  // all zero for a working tree without any commit
  model::Revision revision;
  bool checked_out = false;  // the branch checked out is meant, so uncommitted work would be missed
};

// `name` is the project's, for errors. A branch is looked for here and then at the remotes, because a CI clone often
// has only those. not_found names the nearest branch.
[[nodiscard]] Result<Selected> select(const Repository& repository, const ports::SourceSelection& selection,
                                      const std::string& name);

}  // namespace divio::sources
