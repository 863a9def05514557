#include "cli/report/live_region.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/report/step_text.hpp"
#include "cli/report/text_width.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

constexpr std::size_t widest_bar = 20;
constexpr std::size_t least_bar = 8;
constexpr std::size_t least_description = 12;
constexpr std::size_t most_lines = 12;

}  // namespace

std::vector<std::string> LiveRegion::hear(const Event& event, double now) {
  return std::visit([&](const auto& held) { return told(held, now); }, event);
}

std::vector<std::string> LiveRegion::told(const PlanMade& plan, double) {
  const auto summary = plan_summary(plan);
  if (summary.empty()) return {};
  return {style_.dim(summary)};
}

std::vector<std::string> LiveRegion::told(const StepBegan& began, double now) {
  std::erase_if(steps_, [&](const Step& step) { return step.id == began.step; });
  steps_.push_back({began.step, printable(began.description.empty() ? began.step : began.description), now, {}, {}});
  return {};
}

std::vector<std::string> LiveRegion::told(const StepMoved& moved, double now) {
  const auto step = std::ranges::find(steps_, moved.step, &Step::id);
  if (step == steps_.end()) return {};
  step->moved = moved;
  if (moved.unit == "bytes") step->meter.see(now, moved.done);
  return {};
}

std::vector<std::string> LiveRegion::told(const StepEnded& ended, double) {
  const auto step = std::ranges::find(steps_, ended.step, &Step::id);
  const auto description = step == steps_.end() ? printable(ended.step) : step->description;
  if (step != steps_.end()) steps_.erase(step);
  const auto time = style_.dim(human_seconds(ended.seconds));
  if (ended.error)
    return {fmt::format("{} {} {}: {}", style_.red(style_.unicode ? "✗" : "x"), description, time,
                        printable(ended.error->message))};
  const auto note = ended.note.empty() ? "" : fmt::format(" ({})", printable(ended.note));
  return {fmt::format("{} {}{} {}", style_.green(style_.unicode ? "✓" : "+"), description, note, time)};
}

std::vector<std::string> LiveRegion::told(const Line& line, double) { return {style_.dim("  " + printable(line.text))}; }

std::vector<std::string> LiveRegion::told(const Notice& notice, double) {
  if (notice.level == Notice::Level::info) return {printable(notice.text)};
  return {style_.yellow("warning: ") + printable(notice.text)};
}

std::vector<std::string> LiveRegion::lines(double now, TerminalSize size) const {
  const auto room = std::min(most_lines, size.rows > 2 ? size.rows - 2 : 1);
  std::vector<std::string> shown;
  for (const auto& step : steps_) {
    if (shown.size() + 1 == room && steps_.size() > room) {
      shown.push_back(style_.dim(cut(fmt::format("  and {} more", steps_.size() - shown.size()), size.columns - 1)));
      break;
    }
    shown.push_back(step_line(step, now, size.columns));
  }
  return shown;
}

// Colours take no columns, so the text is cut before it is coloured. The last column stays free: terminals differ in
// what they do when it is written.
std::string LiveRegion::step_line(const Step& step, double now, std::size_t columns) const {
  const auto time = human_seconds(now - step.began_at);
  const std::size_t around = 2 + 1 + display_width(time) + 1;
  const auto left = columns > around ? columns - around : 0;
  return fmt::format("{} {} {}", style_.bold(spinner(now)), cut(progress(step, now, left), left), style_.dim(time));
}

std::string LiveRegion::spinner(double now) const {
  static constexpr std::array<const char*, 8> dots{"⠋", "⠙", "⠸", "⠴", "⠦", "⠧", "⠇", "⠏"};
  static constexpr std::array<const char*, 4> strokes{"|", "/", "-", "\\"};
  const auto turn = static_cast<std::size_t>(now * 10);
  return style_.unicode ? dots.at(turn % dots.size()) : strokes.at(turn % strokes.size());
}

// Where there is little room the bar becomes shorter, then the description, and then the bar goes: figures say more.
std::string LiveRegion::progress(const Step& step, double now, std::size_t columns) const {
  const auto& what = step.description;
  const auto text = progress_text(step.moved, step.meter.pace(now, step.moved.total));
  if (text.empty()) return what;
  const auto shortened = [&](std::size_t others) { return cut(what, std::max(least_description, columns > others ? columns - others : 0)); };
  const auto others = 1 + display_width(text);
  if (step.moved.total == 0 || columns < least_description + 1 + least_bar + others) return fmt::format("{} {}", shortened(others), text);
  const auto described = shortened(others + 1 + least_bar);
  const auto room = columns - others - 1 - display_width(described);
  return fmt::format("{} {} {}", described, bar(step.moved, std::min(room, widest_bar)), text);
}

std::string LiveRegion::bar(const StepMoved& moved, std::size_t columns) const {
  const auto part = std::min(1.0, static_cast<double>(moved.done) / static_cast<double>(moved.total));
  const auto full = static_cast<std::size_t>(part * static_cast<double>(columns));
  std::string drawn;
  for (std::size_t i = 0; i < columns; ++i)
    drawn += i < full ? (style_.unicode ? "█" : "#") : (style_.unicode ? "░" : ".");
  return drawn;
}

}  // namespace divio::cli
