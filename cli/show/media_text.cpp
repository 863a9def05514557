#include <fmt/format.h>

#include "cli/show/show.hpp"
#include "cli/show/table.hpp"
#include "support/text.hpp"

namespace divio::cli {

std::string text_of(const MediaListView& media, const Style& style) {
  if (media.files.empty()) return "No files\n";
  std::vector<Row> rows;
  for (const auto& file : media.files) rows.push_back({human_bytes(file.bytes), short_time(file.changed_at), file.path});
  return table_text({"SIZE", "CHANGED", "FILE"}, rows, style) + fmt::format("{}, {}\n", counted(media.files.size(), "file"), human_bytes(media.bytes));
}

std::string text_of(const MediaSyncView& sync, const Style& style) {
  std::string text;
  for (const auto& path : sync.copy) text += fmt::format("{} {}\n", style.green("copy  "), path);
  for (const auto& path : sync.remove) text += fmt::format("{} {}\n", style.red("remove"), path);
  if (sync.outcome == "unchanged") return text + fmt::format("Nothing to copy: {} files are the same\n", sync.unchanged_files);
  const bool planned = sync.outcome == "planned";
  return text + fmt::format("{} files ({}) {}, {} {}, {} are the same\n", sync.copied_files, human_bytes(sync.copied_bytes),
                            planned ? "would be copied" : "copied", sync.removed_files, planned ? "would be removed" : "removed",
                            sync.unchanged_files);
}

}  // namespace divio::cli
