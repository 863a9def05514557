// The files of a commit, straight from git's objects: nothing is checked out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "sources/entry.hpp"
#include "sources/git/repository.hpp"
#include "sources/ignore_rules.hpp"

namespace divio::sources {

// A folder of a commit: all of it where `folder` is empty.
struct CommitFolder {
  std::shared_ptr<Repository> repository;
  git_oid commit{};
  std::string folder;
};

// Whether the commit has the folder.
[[nodiscard]] Result<bool> exists(const CommitFolder& where);

// Everything the rules leave, submodules included. Contents stay in git until they are written.
[[nodiscard]] Result<Listing> list_commit(const CommitFolder& where, const IgnoreRules& rules);

// One file, links inside the repository followed; nullopt if there is none.
[[nodiscard]] Result<std::optional<std::string>> read_from_commit(const CommitFolder& where, const std::string& path);

// The names of the files in a folder below `where`; empty if there is no such folder.
[[nodiscard]] Result<std::vector<std::string>> names_in_commit(const CommitFolder& where, const std::string& folder);

}  // namespace divio::sources
