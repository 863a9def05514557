// A codebase that is in no git repository: always its working tree.
#pragma once

#include <filesystem>
#include <memory>

#include "ports/source.hpp"

namespace divio::sources {

// All files of the folder but .git, without following links. Naming a commit, tag or branch is invalid. Only after
// load_libgit2() succeeded: contents get the ids that git would give them.
[[nodiscard]] std::unique_ptr<ports::Source> open_folder(const std::filesystem::path& folder);

}  // namespace divio::sources
