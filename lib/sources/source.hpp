// Opening a codebase.
#pragma once

#include <filesystem>
#include <memory>

#include "divio/result.hpp"
#include "ports/source.hpp"

namespace divio::sources {

// The codebase in a project's folder (the one given with -C). In a git repository, found upwards as git does, it is
// that repository; where the project is a folder of a larger repository, only that folder is sent. Anything else is a
// plain folder, whose revision is always its working tree without a commit.
//
// not_found if there is no such folder, failed if libgit2 is not installed or the repository is damaged. A Source
// belongs to one thread at a time, together with the BuildContexts it made; a BuildContext may outlive it.
[[nodiscard]] Result<std::unique_ptr<ports::Source>> open_source(const std::filesystem::path& directory);

}  // namespace divio::sources
