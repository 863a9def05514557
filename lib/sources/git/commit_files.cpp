#include "sources/git/commit_files.hpp"

#include <algorithm>

#include "sources/path.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

// What lies at a path of a commit; null if nothing does.
Result<TreeEntryHandle> entry_at(const CommitFolder& where, const std::string& path) {
  DIVIO_TRY(top, where.repository->tree_of_commit(where.commit));
  TreeEntryHandle entry;
  const int code = git().tree_entry_bypath(Out(entry), top.get(), path.c_str());
  if (code < 0 && code != GIT_ENOTFOUND) return git_failure(ErrorCode::failed, "git cannot read " + path);
  return entry;
}

Result<TreeHandle> folder_at(const CommitFolder& where, const std::string& folder) {
  if (folder.empty()) return where.repository->tree_of_commit(where.commit);
  DIVIO_TRY(entry, entry_at(where, folder));
  if (!entry || git().tree_entry_filemode(entry.get()) != GIT_FILEMODE_TREE) return nullptr;
  return where.repository->tree(*git().tree_entry_id(entry.get()));
}

}  // namespace

Result<bool> exists(const CommitFolder& where) {
  DIVIO_TRY(tree, folder_at(where, where.folder));
  return tree != nullptr;
}

Result<std::optional<std::string>> read_from_commit(const CommitFolder& where, const std::string& path) {
  constexpr int most_links = 8;
  auto place = join_path(where.folder, path);
  for (int links = 0; links <= most_links; ++links) {
    DIVIO_TRY(entry, entry_at(where, place));
    const auto mode = entry ? git().tree_entry_filemode(entry.get()) : GIT_FILEMODE_UNREADABLE;
    if (mode != GIT_FILEMODE_LINK && mode != GIT_FILEMODE_BLOB && mode != GIT_FILEMODE_BLOB_EXECUTABLE) {
      return std::nullopt;
    }
    DIVIO_TRY(text, where.repository->blob(*git().tree_entry_id(entry.get()), place));
    if (mode != GIT_FILEMODE_LINK) return text;
    if (text.starts_with('/')) return std::nullopt;
    place = clean_path(join_path(folder_of(place), text));
    if (!is_inside(place)) return std::nullopt;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> names_in_commit(const CommitFolder& where, const std::string& folder) {
  std::vector<std::string> names;
  DIVIO_TRY(tree, folder_at(where, join_path(where.folder, folder)));
  if (!tree) return names;
  for (std::size_t n = 0; n < git().tree_entrycount(tree.get()); ++n) {
    const auto* entry = git().tree_entry_byindex(tree.get(), n);
    if (git().tree_entry_filemode(entry) != GIT_FILEMODE_TREE) names.emplace_back(git().tree_entry_name(entry));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace divio::sources
