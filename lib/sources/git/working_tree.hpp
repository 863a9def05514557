// The files of a git working tree as git sees them: tracked, or untracked and not ignored by .gitignore.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "sources/entry.hpp"
#include "sources/git/repository.hpp"
#include "sources/ignore_rules.hpp"

namespace divio::sources {

// Everything below `folder` of the checkout that the rules leave, checked-out submodules included.
[[nodiscard]] Result<Listing> list_working_tree(const Repository& repository, const std::string& folder,
                                                const IgnoreRules& rules);

// What differs from the commit checked out below `folder`, as paths from it; untracked files count, ignored ones do
// not.
[[nodiscard]] Result<std::vector<std::string>> uncommitted(const Repository& repository, const std::string& folder);

}  // namespace divio::sources
