// Names of branches and tags, for completion.
#pragma once

#include <string>
#include <vector>

namespace divio::cli {

// Of the git repository that holds `directory`, read from its files; empty where there is none. Quick rather than
// complete: completion needs no more.
[[nodiscard]] std::vector<std::string> branch_names(const std::string& directory);

}  // namespace divio::cli
