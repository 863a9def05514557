#include "sources/git/status.hpp"

#include <fmt/format.h>

#include "support/try.hpp"

namespace divio::sources {
namespace {

FileStatus status_of(const git_status_entry& entry) {
  const auto* disk = entry.index_to_workdir;
  const auto* staged = entry.head_to_index;
  FileStatus status;
  status.flags = static_cast<unsigned>(entry.status);
  if (disk != nullptr) {
    status.path = disk->new_file.path != nullptr ? disk->new_file.path : disk->old_file.path;
    status.tracked = disk->old_file.id;
  } else if (staged != nullptr) {
    status.path = staged->new_file.path != nullptr ? staged->new_file.path : staged->old_file.path;
    status.tracked = staged->new_file.id;
  }
  return status;
}

}  // namespace

Result<void> for_each_status(const Repository& repository, const std::string& folder, unsigned flags,
                             const std::function<Result<void>(const FileStatus&)>& visit) {
  git_status_options options = GIT_STATUS_OPTIONS_INIT;
  options.flags = flags | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
  auto path = folder;
  char* paths[] = {path.data()};
  if (!folder.empty()) options.pathspec = {paths, 1};
  StatusListHandle list;
  if (git().status_list_new(Out(list), repository.get(), &options) < 0) {
    return git_failure(ErrorCode::failed,
                       fmt::format("the state of {} cannot be read", repository.checkout_folder().string()),
                       "check it with `git status`");
  }
  for (std::size_t n = 0; n < git().status_list_entrycount(list.get()); ++n) {
    DIVIO_CHECK(visit(status_of(*git().status_byindex(list.get(), n))));
  }
  return {};
}

bool is_lfs_file(const Repository& repository, const std::string& path) {
  const char* filter = nullptr;
  const int code = git().attr_get(&filter, repository.get(), 0, path.c_str(), "filter");
  return code == 0 && filter != nullptr && std::string_view(filter) == "lfs";
}

}  // namespace divio::sources
