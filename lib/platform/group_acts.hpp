// The same thing done to several environments that are moved as one: one after the other, or to all at once.
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "controller/several.hpp"
#include "divio/platform.hpp"
#include "platform/group_members.hpp"
#include "platform/tagged.hpp"
#include "support/try.hpp"

namespace divio {

// What is done, for errors: "could not be cut over"; and what helps where some failed.
struct Doing {
  std::string_view failed;
  std::string_view way_out = "the same command goes on with those that failed";
};

template <class View>
using Act = std::function<Result<View>(const Target&, const CallOptions&)>;

// For those that did not fail, beside an error: "shop/live: soaking, region ch serves".
[[nodiscard]] std::string told(const MigrationView& view);
[[nodiscard]] std::string told(const MigrationRehearsalView& view);

// Gathers what came of each, on several threads.
template <class View>
class Outcomes {
 public:
  void add(const model::EnvironmentKey& key, Result<View> outcome) {
    const std::lock_guard lock(mutex_);
    if (outcome) views_.push_back(std::move(*outcome));
    else failed_.push_back({key, std::move(outcome).error()});
  }

  // By the environments' names; or an error that names each that failed, and `tell` is told of the others.
  [[nodiscard]] Result<std::vector<View>> end(const Doing& doing, const Listener& tell) {
    std::ranges::sort(views_, {}, [](const auto& view) { return std::pair(view.project, view.environment); });
    if (failed_.empty()) return std::move(views_);
    std::ranges::sort(failed_, {}, [](const auto& one) { return controller::name_of(one.key); });
    if (tell)
      for (const auto& view : views_) tell(Notice{Notice::Level::info, told(view)});
    auto error = controller::error_of(failed_, failed_.size() + views_.size(), doing.failed);
    if (failed_.size() + views_.size() > 1 && !doing.way_out.empty()) error.hint.append(error.hint.empty() ? "" : "\n").append(doing.way_out);
    return Failure(std::move(error));
  }

 private:
  std::mutex mutex_;
  std::vector<View> views_;
  std::vector<controller::Failed> failed_;
};

// One after the other; what fails does not keep the others waiting.
template <class View>
[[nodiscard]] Result<std::vector<View>> each(const std::vector<Moving>& moving, const CallOptions& options, const Doing& doing, const Act<View>& act) {
  Outcomes<View> outcomes;
  for (const auto& one : moving) {
    auto tagged = options;
    tagged.listener = tagged_with(controller::name_of(one.key), options.listener);
    auto outcome = act(target_of(one.key), tagged);
    const bool cancelled = !outcome && outcome.error().code == ErrorCode::cancelled;
    outcomes.add(one.key, std::move(outcome));
    if (cancelled) break;
  }
  return outcomes.end(doing, options.listener);
}

// All at the same time. `act` is called from several threads: the regions' parts are open by then.
[[nodiscard]] Result<std::vector<MigrationView>> together(PlatformParts& parts, const std::vector<Moving>& moving, const CallOptions& options, const Doing& doing,
                                                          const Act<MigrationView>& act);

}  // namespace divio
