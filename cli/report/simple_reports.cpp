// The reports that keep nothing between events: quiet and JSON lines.
#include <memory>
#include <mutex>

#include "cli/report/report.hpp"
#include "wire/events_json.hpp"

namespace divio::cli {

Report quiet_report() {
  return {[](const Event&) {}, [] {}};
}

Report json_report(Write write) {
  auto mutex = std::make_shared<std::mutex>();
  auto listener = [write = std::move(write), mutex](const Event& event) {
    const auto line = wire::to_json(event) + "\n";
    const std::scoped_lock lock(*mutex);
    write(line);
  };
  return {std::move(listener), [] {}};
}

}  // namespace divio::cli
