#include <fmt/format.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/report/live_region.hpp"
#include "cli/report/report.hpp"

namespace divio::cli {
namespace {

// Writes the region, remembers how many lines it takes, and goes back over them the next time.
class TerminalLines {
 public:
  explicit TerminalLines(LiveTerminal terminal) : terminal_(std::move(terminal)), region_(terminal_.style) {
    if (terminal_.tick) ticker_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
  }

  void hear(const Event& event) {
    const std::scoped_lock lock(mutex_);
    if (finished_) return;
    const auto now = terminal_.now();
    const auto stays = region_.hear(event, now);
    // A step's movement can come thousands of times a second; the ticker shows it.
    if (terminal_.tick && std::holds_alternative<StepMoved>(event)) return;
    draw(stays, region_.lines(now, terminal_.size()));
  }

  void finish() {
    ticker_.request_stop();
    if (ticker_.joinable()) ticker_.join();
    const std::scoped_lock lock(mutex_);
    if (!finished_) draw({}, {});
    finished_ = true;
  }

 private:
  void tick(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      woken_.wait_for(lock, stop, std::chrono::milliseconds(100), [] { return false; });
      if (drawn_ != 0 && !stop.stop_requested()) draw({}, region_.lines(terminal_.now(), terminal_.size()));
    }
  }

  void draw(const std::vector<std::string>& stays, const std::vector<std::string>& region) {
    std::string text;
    if (drawn_ != 0) text += fmt::format("\x1b[{}A\r\x1b[J", drawn_);
    for (const auto& line : stays) text += line + "\n";
    for (const auto& line : region) text += line + "\n";
    drawn_ = region.size();
    if (!text.empty()) terminal_.write(text);
  }

  std::mutex mutex_;
  std::condition_variable_any woken_;
  LiveTerminal terminal_;
  LiveRegion region_;
  std::size_t drawn_ = 0;
  bool finished_ = false;
  std::jthread ticker_;
};

}  // namespace

Report terminal_report(LiveTerminal terminal) {
  auto lines = std::make_shared<TerminalLines>(std::move(terminal));
  return {[lines](const Event& event) { lines->hear(event); }, [lines] { lines->finish(); }};
}

}  // namespace divio::cli
