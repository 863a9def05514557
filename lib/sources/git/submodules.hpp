// Submodules: finding the repository in which a pinned commit is.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sources/git/repository.hpp"

namespace divio::sources {

// Path -> name, from the text of a .gitmodules file. Names that would lead out of .git/modules are dropped. Pure.
[[nodiscard]] std::map<std::string, std::string> parse_gitmodules(std::string_view text);

// Where `commit` of the submodule at `path` can be read: its own checkout, or what the outer repository keeps of it in
// .git/modules/NAME; null if the commit is in neither.
[[nodiscard]] std::shared_ptr<Repository> find_submodule(const Repository& outer, const std::string& path,
                                                         const std::string& name, const git_oid& commit);

}  // namespace divio::sources
