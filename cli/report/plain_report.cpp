#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>

#include "cli/report/report.hpp"
#include "cli/report/step_text.hpp"
#include "cli/report/text_width.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

constexpr double seconds_between_moves = 10;

class PlainLines {
 public:
  PlainLines(Write write, Seconds now) : write_(std::move(write)), now_(std::move(now)) {}

  void hear(const Event& event) {
    const std::scoped_lock lock(mutex_);
    paces_.hear(event, now_());
    std::visit([this](const auto& held) { tell(held); }, event);
  }

 private:
  void line(std::string_view text) { write_(fmt::format("[{:7.1f}] {}\n", now_(), text)); }

  void tell(const PlanMade& plan) {
    if (const auto summary = plan_summary(plan); !summary.empty()) line(summary);
  }

  void tell(const StepBegan& began) {
    steps_[began.step] = {began.description, now_()};
    line(printable(began.description));
  }

  void tell(const StepMoved& moved) {
    auto& step = steps_[moved.step];
    const auto text = progress_text(moved, paces_.pace(moved, now_()));
    if (text.empty() || now_() - step.told_at < seconds_between_moves) return;
    step.told_at = now_();
    line(fmt::format("{}: {}", name_of(moved.step), text));
  }

  void tell(const StepEnded& ended) {
    const auto note = ended.note.empty() ? "" : fmt::format(" ({})", printable(ended.note));
    const auto how = ended.error ? fmt::format("failed after {}: {}", human_seconds(ended.seconds),
                                               printable(ended.error->message))
                                 : fmt::format("done in {}{}", human_seconds(ended.seconds), note);
    line(fmt::format("{}: {}", name_of(ended.step), how));
    steps_.erase(ended.step);
  }

  void tell(const Line& output) { line("  | " + printable(output.text)); }

  void tell(const Notice& notice) {
    line((notice.level == Notice::Level::warning ? "warning: " : "") + printable(notice.text));
  }

  std::string name_of(const std::string& step) {
    const auto found = steps_.find(step);
    return printable(found == steps_.end() || found->second.description.empty() ? step : found->second.description);
  }

  struct Step {
    std::string description;
    double told_at = 0;
  };

  std::mutex mutex_;
  Write write_;
  Seconds now_;
  std::map<std::string, Step> steps_;
  StepPaces paces_;
};

}  // namespace

Report plain_report(Write write, Seconds now) {
  auto lines = std::make_shared<PlainLines>(std::move(write), std::move(now));
  return {[lines](const Event& event) { lines->hear(event); }, [] {}};
}

}  // namespace divio::cli
