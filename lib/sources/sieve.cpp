#include "sources/sieve.hpp"

#include "sources/path.hpp"

namespace divio::sources {

bool Sieve::keeps_file(std::string_view path) {
  const bool kept = !walk_.excludes_file(path);
  add_folders(folder_of(path), kept);
  return kept;
}

bool Sieve::keeps_folder(std::string_view path) {
  add_folders(path, false);
  return !walk_.excludes_folder(path);
}

bool Sieve::skips(std::string_view folder) {
  if (!walk_.skips(folder)) return false;
  add_folders(folder_of(folder), false);
  return true;
}

void Sieve::add_folders(std::string_view path, bool kept) {
  for (; !path.empty(); path = folder_of(path)) {
    if (folders_.contains(path)) continue;
    if (kept || !walk_.excludes_folder(path)) folders_.emplace(path);
  }
}

std::vector<Entry> Sieve::folders() const {
  std::vector<Entry> entries;
  for (const auto& path : folders_) entries.push_back({.path = path, .kind = EntryKind::folder});
  return entries;
}

}  // namespace divio::sources
