// The reports that are for nobody and for programs: quiet and JSON lines.
#include <memory>
#include <mutex>

#include "cli/report/report.hpp"
#include "cli/report/step_text.hpp"
#include "wire/events_json.hpp"

namespace divio::cli {

Report quiet_report() {
  return {[](const Event&) {}, [] {}};
}

Report json_report(Write write, Seconds now) {
  struct Kept {
    std::mutex mutex;
    StepPaces paces;
  };
  auto listener = [write = std::move(write), now = std::move(now), kept = std::make_shared<Kept>()](const Event& event) {
    const std::scoped_lock lock(kept->mutex);
    const auto time = now();
    kept->paces.hear(event, time);
    write(wire::to_json(event, kept->paces.pace(event, time)) + "\n");
  };
  return {std::move(listener), [] {}};
}

}  // namespace divio::cli
