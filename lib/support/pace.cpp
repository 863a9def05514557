#include "support/pace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "support/text.hpp"

namespace divio {
namespace {

constexpr double window = 10;      // long enough for what comes in bursts
constexpr double least_time = 1;   // before which nobody can tell
constexpr double apart = 0.1;      // of what is kept: it may be seen thousands of times a second

}  // namespace

void PaceMeter::see(double at, std::uint64_t done) {
  if (!seen_.empty() && done < seen_.back().done) seen_.clear();
  if (seen_.size() > 1 && at - seen_[seen_.size() - 2].at < apart) seen_.back() = {at, done};
  else seen_.push_back({at, done});
  while (seen_.size() > 1 && seen_[1].at <= at - window) seen_.pop_front();
}

Pace PaceMeter::pace(double now, std::uint64_t total) const {
  if (seen_.empty()) return {};
  const auto& last = seen_.back();
  if (total != 0 && last.done >= total) return {};
  auto first = seen_.begin();
  while (first + 1 != seen_.end() && (first + 1)->at <= now - window) ++first;
  const double time = std::min(now - first->at, window);
  if (time < least_time) return {};
  const auto moved = last.done - first->done;
  if (moved == 0) return {.per_second = time < window || last.done == 0 ? std::nullopt : std::optional<std::uint64_t>(0)};
  const double rate = static_cast<double>(moved) / time;
  Pace pace{.per_second = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate))};
  if (total != 0) pace.seconds_to_go = static_cast<double>(total - last.done) / rate;
  return pace;
}

std::string about_seconds(double seconds) {
  constexpr double minute = 60, hour = 60 * minute, day = 24 * hour;
  if (seconds < 5) return "a few seconds";
  if (seconds < 55) return fmt::format("about {} s", std::llround(seconds / 5) * 5);
  if (seconds < hour - minute / 2) return fmt::format("about {} min", std::llround(seconds / minute));
  if (seconds >= 2 * day) return fmt::format("about {} days", std::llround(seconds / day));
  const auto tens = std::llround(seconds / (10 * minute));
  return tens % 6 == 0 || seconds > 10 * hour ? fmt::format("about {} h", std::llround(seconds / hour)) : fmt::format("about {} h {} min", tens / 6, tens % 6 * 10);
}

std::string pace_text(const Pace& pace) {
  if (!pace.per_second) return {};
  if (pace.is_stalled()) return "stalled";
  const auto rate = human_bytes(*pace.per_second) + "/s";
  return pace.seconds_to_go ? fmt::format("{}, {} to go", rate, about_seconds(*pace.seconds_to_go)) : rate;
}

}  // namespace divio
