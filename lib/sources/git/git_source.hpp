// A codebase in a git repository, or in a folder of one.
#pragma once

#include <filesystem>
#include <memory>

#include "ports/source.hpp"
#include "sources/git/repository.hpp"

namespace divio::sources {

// `project` is the project's folder: the checkout's top, a folder in it (only that is then sent), or a bare repository.
[[nodiscard]] Result<std::unique_ptr<ports::Source>> open_git(std::shared_ptr<Repository> repository,
                                                              const std::filesystem::path& project);

}  // namespace divio::sources
