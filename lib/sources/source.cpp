#include "sources/source.hpp"

#include <fmt/format.h>

#include <system_error>

#include "sources/folder_source.hpp"
#include "sources/git/git_source.hpp"
#include "sources/git/libgit2.hpp"
#include "support/try.hpp"

namespace divio::sources {

Result<std::unique_ptr<ports::Source>> open_source(const std::filesystem::path& directory) {
  std::error_code error;
  const auto project = std::filesystem::canonical(directory, error);
  if (error || !std::filesystem::is_directory(project, error)) {
    return fail(ErrorCode::not_found, fmt::format("there is no folder {}", directory.string()),
                "name the project's folder with -C");
  }
  DIVIO_CHECK(load_libgit2());
  DIVIO_TRY(repository, Repository::discover(project));
  if (!repository) return open_folder(project);
  return open_git(std::move(repository), project);
}

}  // namespace divio::sources
