#include "sources/git/working_tree.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>

#include "sources/disk_entry.hpp"
#include "sources/git/status.hpp"
#include "sources/lfs.hpp"
#include "sources/path.hpp"
#include "sources/sieve.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

class WorkingTreeWalk {
 public:
  WorkingTreeWalk(std::string folder, const IgnoreRules& rules) : folder_(std::move(folder)), sieve_(rules) {}

  Result<Listing> run(const Repository& repository) {
    DIVIO_CHECK(visit(repository, folder_, ""));
    auto folders = sieve_.folders();
    std::ranges::move(folders, std::back_inserter(listing_.entries));
    return std::move(listing_);
  }

 private:
  // `mount` is where the top of the repository lies, from the top of the outermost one.
  Result<void> visit(const Repository& repository, const std::string& folder, const std::string& mount) {
    constexpr unsigned everything =
        GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS | GIT_STATUS_OPT_INCLUDE_UNMODIFIED;
    return for_each_status(repository, folder, everything,
                           [&](const FileStatus& status) { return meet(repository, status, mount); });
  }

  Result<void> meet(const Repository& repository, const FileStatus& status, const std::string& mount) {
    // Removed from git but still there because it is ignored.
    if ((status.flags & GIT_STATUS_INDEX_DELETED) != 0 && (status.flags & GIT_STATUS_WT_NEW) == 0) return {};
    const auto whole = join_path(mount, clean_path(status.path));
    if (!folder_.empty() && !whole.starts_with(folder_ + "/")) return {};
    const auto path = folder_.empty() ? whole : whole.substr(folder_.size() + 1);
    const auto place = repository.checkout_folder() / clean_path(status.path);
    DIVIO_TRY(state, file_state(place));
    if (state && S_ISDIR(state->mode)) return meet_repository(place, whole, path);
    if (!state || !sieve_.keeps_file(path)) return {};
    return add_disk_file({path, place, is_lfs_file(repository, status.path), repository.lfs_store()}, listing_);
  }

  // A submodule, or a repository inside the checkout that git does not know about.
  Result<void> meet_repository(const std::filesystem::path& place, const std::string& whole, const std::string& path) {
    if (sieve_.skips(path)) return {};
    const auto nested = Repository::open_checkout(place);
    if (nested) return visit(*nested, "", whole);
    if (sieve_.keeps_folder(path)) listing_.missing_submodules.push_back(path);
    return {};
  }

  std::string folder_;
  Sieve sieve_;
  Listing listing_;
};

// A file of Git LFS differs from the pointer that git has of it, and is yet unchanged if the pointer stands for it.
// libgit2 does not know that; git itself asks git-lfs.
Result<bool> is_unchanged_lfs_file(const Repository& repository, const FileStatus& status) {
  if (status.flags != GIT_STATUS_WT_MODIFIED || !is_lfs_file(repository, status.path)) return false;
  DIVIO_TRY(text, repository.blob(status.tracked, status.path));
  const auto pointer = parse_lfs_pointer(text);
  const auto place = repository.checkout_folder() / status.path;
  DIVIO_TRY(state, file_state(place));
  if (!pointer || !state || state->bytes != pointer->bytes) return false;
  DIVIO_TRY(id, sha256_of_file(place, *state));
  return id == pointer->id;
}

}  // namespace

Result<Listing> list_working_tree(const Repository& repository, const std::string& folder, const IgnoreRules& rules) {
  return WorkingTreeWalk(folder, rules).run(repository);
}

Result<std::vector<std::string>> uncommitted(const Repository& repository, const std::string& folder) {
  std::vector<std::string> paths;
  const auto meet = [&](const FileStatus& status) -> Result<void> {
    if (!folder.empty() && !status.path.starts_with(folder + "/")) return {};
    DIVIO_TRY(unchanged, is_unchanged_lfs_file(repository, status));
    if (!unchanged) paths.push_back(folder.empty() ? status.path : status.path.substr(folder.size() + 1));
    return {};
  };
  DIVIO_CHECK(for_each_status(repository, folder, GIT_STATUS_OPT_INCLUDE_UNTRACKED, meet));
  std::ranges::sort(paths);
  return paths;
}

}  // namespace divio::sources
