// What a terminal shows of an operation, as lines; no I/O and no clock.
#pragma once

#include <string>
#include <vector>

#include "cli/report/report.hpp"
#include "cli/report/style.hpp"
#include "support/pace.hpp"

namespace divio::cli {

class LiveRegion {
 public:
  explicit LiveRegion(Style style) : style_(style) {}

  // Takes an event in; gives the lines that stay, to be written above the region.
  [[nodiscard]] std::vector<std::string> hear(const Event& event, double now);

  // One line for each step under way, no wider than the terminal and not more than fit on it.
  [[nodiscard]] std::vector<std::string> lines(double now, TerminalSize size) const;

 private:
  struct Step {
    std::string id;
    std::string description;
    double began_at = 0;
    StepMoved moved;
    PaceMeter meter;
  };

  [[nodiscard]] std::vector<std::string> told(const PlanMade& plan, double now);
  [[nodiscard]] std::vector<std::string> told(const StepBegan& began, double now);
  [[nodiscard]] std::vector<std::string> told(const StepMoved& moved, double now);
  [[nodiscard]] std::vector<std::string> told(const StepEnded& ended, double now);
  [[nodiscard]] std::vector<std::string> told(const Line& line, double now);
  [[nodiscard]] std::vector<std::string> told(const Notice& notice, double now);
  [[nodiscard]] std::string step_line(const Step& step, double now, std::size_t columns) const;
  [[nodiscard]] std::string spinner(double now) const;
  [[nodiscard]] std::string progress(const Step& step, double now, std::size_t columns) const;
  [[nodiscard]] std::string bar(const StepMoved& moved, std::size_t columns) const;

  Style style_;
  std::vector<Step> steps_;  // in the order in which they began
};

}  // namespace divio::cli
