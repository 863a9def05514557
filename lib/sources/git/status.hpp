// What `git status` knows about a folder of a checkout.
#pragma once

#include <functional>
#include <string>

#include "divio/result.hpp"
#include "sources/git/repository.hpp"

namespace divio::sources {

struct FileStatus {
  std::string path;  // from the top of the checkout; a nested repository ends in '/'
  unsigned flags = GIT_STATUS_CURRENT;
  git_oid tracked{};  // what the index holds; all zero: nothing
};

// Calls `visit` for every path below `folder` that git does not ignore. `flags` are GIT_STATUS_OPT_...
[[nodiscard]] Result<void> for_each_status(const Repository& repository, const std::string& folder, unsigned flags,
                                           const std::function<Result<void>(const FileStatus&)>& visit);

// Whether .gitattributes hands the file to Git LFS.
[[nodiscard]] bool is_lfs_file(const Repository& repository, const std::string& path);

}  // namespace divio::sources
