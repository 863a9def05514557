#include "wire/event_parts.hpp"
#include "wire/views_json.hpp"

namespace divio::wire {

std::string to_json(const MediaListView& media) {
  auto files = OrderedJson::array();
  for (const auto& file : media.files) files.push_back({{"path", file.path}, {"bytes", file.bytes}, {"changed_at", file.changed_at}});
  return one_line(OrderedJson{{"project", media.project}, {"environment", media.environment}, {"service", media.service},
                              {"files", std::move(files)}, {"bytes", media.bytes}});
}

std::string to_json(const MediaSyncView& sync) {
  return one_line(OrderedJson{{"project", sync.project},
                              {"environment", sync.environment},
                              {"service", sync.service},
                              {"folder", sync.folder},
                              {"outcome", sync.outcome},
                              {"copied_files", sync.copied_files},
                              {"copied_bytes", sync.copied_bytes},
                              {"removed_files", sync.removed_files},
                              {"unchanged_files", sync.unchanged_files},
                              {"copy", sync.copy},
                              {"remove", sync.remove},
                              {"left_out", sync.left_out},
                              {"skipped", sync.skipped}});
}

}  // namespace divio::wire
