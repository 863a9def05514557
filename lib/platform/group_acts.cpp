#include "platform/group_acts.hpp"

#include <fmt/format.h>

namespace divio {

std::string told(const MigrationView& view) {
  const auto pause = view.attempts.empty() || view.attempts.back().pause_ms <= 0 ? "" : fmt::format(", requests waited for {:.0f} ms", view.attempts.back().pause_ms);
  return fmt::format("{}/{}: {}, region {} serves{}", view.project, view.environment, view.phase, view.serves, pause);
}

std::string told(const MigrationRehearsalView& view) {
  return fmt::format("{}/{}: answered {} in region {}, requests would wait for about {:.0f} ms", view.project, view.environment, view.status, view.to, view.predicted_pause_ms);
}

Result<std::vector<MigrationView>> together(PlatformParts& parts, const std::vector<Moving>& moving, const CallOptions& options, const Doing& doing,
                                            const Act<MigrationView>& act) {
  for (const auto& one : moving)
    for (const auto& region : {one.begun->source, one.begun->target}) DIVIO_CHECK(parts.runtime(region));
  const auto one_at_a_time = serialized(options.listener);
  Outcomes<MigrationView> outcomes;
  {
    std::vector<std::jthread> threads;
    for (const auto& one : moving)
      threads.emplace_back([&, key = one.key] {
        auto tagged = options;
        tagged.listener = tagged_with(controller::name_of(key), one_at_a_time);
        outcomes.add(key, act(target_of(key), tagged));
      });
  }
  return outcomes.end(doing, options.listener);
}

}  // namespace divio
