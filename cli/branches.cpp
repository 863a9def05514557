#include "cli/branches.hpp"

#include <filesystem>
#include <fstream>
#include <set>

namespace divio::cli {
namespace {

namespace fs = std::filesystem;

fs::path repository_of(const std::string& directory) {
  std::error_code error;
  auto folder = fs::absolute(directory, error).lexically_normal();
  while (!error) {
    std::error_code absent;
    if (fs::is_directory(folder / ".git", absent)) return folder / ".git";
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return {};
}

void add_loose(const fs::path& folder, std::set<std::string>& names) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->is_regular_file(error)) names.insert(entry->path().lexically_relative(folder).string());
}

// Lines are "HASH refs/heads/NAME".
void add_packed(const fs::path& file, std::set<std::string>& names) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);)
    for (const std::string_view kind : {" refs/heads/", " refs/tags/"})
      if (const auto at = line.find(kind); at != std::string::npos) names.insert(line.substr(at + kind.size()));
}

}  // namespace

std::vector<std::string> branch_names(const std::string& directory) {
  const auto repository = repository_of(directory);
  if (repository.empty()) return {};
  std::set<std::string> names;
  add_packed(repository / "packed-refs", names);
  add_loose(repository / "refs/heads", names);
  add_loose(repository / "refs/tags", names);
  return {names.begin(), names.end()};
}

}  // namespace divio::cli
