#include "migration/traffic_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace divio::migration {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

constexpr int slots = 200;  // the time that is shown is divided into so many
constexpr double left = 70, width = 900, rates_top = 50, times_top = 250, height = 160;  // of the drawings within the picture

struct Slot {
  int answered = 0;
  int failed = 0;
  std::vector<double> took = {};  // ms
};

// What falls into each slot, with what it takes to place it in the picture.
struct Drawing {
  const TrafficPlot& plot;
  std::vector<Slot> all = std::vector<Slot>(slots);
  double most_per_second = 1;
  double longest = 10;  // ms

  explicit Drawing(const TrafficPlot& shown) : plot(shown) {
    for (const auto& request : plot.requests) add(request);
    for (auto& slot : all) {
      std::ranges::sort(slot.took);
      most_per_second = std::max(most_per_second, per_second(slot.answered + slot.failed));
      if (!slot.took.empty()) longest = std::max(longest, slot.took.back());
    }
  }

  void add(const PlottedRequest& request) {
    if (request.ended < plot.begin || request.ended >= plot.end) return;
    auto& slot = all.at(static_cast<std::size_t>((request.ended - plot.begin) * slots / (plot.end - plot.begin)));
    ++(request.failed ? slot.failed : slot.answered);
    slot.took.push_back(std::max(1.0, static_cast<double>(request.took.count())));
  }

  double seconds() const { return std::chrono::duration<double>(plot.end - plot.begin).count(); }
  double per_second(int count) const { return count * slots / seconds(); }
  model::TimePoint zero() const { return plot.pause ? plot.pause->began : plot.begin; }
  double x(model::TimePoint time) const { return left + width * std::chrono::duration<double>(time - plot.begin).count() / seconds(); }
  double x(std::size_t slot) const { return left + width * static_cast<double>(slot) / slots; }
  double rate_height(double rate) const { return height * rate / most_per_second; }
  double time_y(double took) const { return times_top + height * (1 - std::log10(took) / std::log10(longest)); }
};

// 1, 2 or 5 times a power of ten: about five of them make `most`.
double mark_distance(double most) {
  const double power = std::pow(10, std::floor(std::log10(most / 5)));
  for (const double times : {1.0, 2.0, 5.0})
    if (most / (power * times) <= 5) return power * times;
  return power * 10;
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) safe += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return safe;
}

std::string mark(double y, const std::string& text) {
  return fmt::format("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/><text class=\"value\" x=\"{3}\" y=\"{4:.1f}\">{5}</text>\n",
                     left, left + width, y, left - 6, y + 4, text);
}

std::string rates(const Drawing& drawing) {
  auto text = fmt::format("<text x=\"{}\" y=\"{}\">requests a second, failed ones in red</text>\n", left, rates_top - 8);
  const double apart = mark_distance(drawing.most_per_second);
  for (int i = 0; i * apart <= drawing.most_per_second; ++i)
    text += mark(rates_top + height - drawing.rate_height(i * apart), fmt::format("{:g}", i * apart));
  const auto bar = [&](std::size_t slot, const char* kind, double from, double to) {
    if (to <= from) return;
    text += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", kind, drawing.x(slot),
                        rates_top + height - drawing.rate_height(to), width / slots, drawing.rate_height(to - from));
  };
  for (std::size_t i = 0; i < drawing.all.size(); ++i) {
    const double answered = drawing.per_second(drawing.all[i].answered);
    bar(i, "answered", 0, answered);
    bar(i, "failed", answered, answered + drawing.per_second(drawing.all[i].failed));
  }
  return text;
}

template <class Pick>
std::string curve(const Drawing& drawing, const char* kind, Pick pick) {
  std::string points;
  for (std::size_t i = 0; i < drawing.all.size(); ++i)
    if (const auto& took = drawing.all[i].took; !took.empty())
      points += fmt::format("{:.1f},{:.1f} ", drawing.x(i) + width / slots / 2, drawing.time_y(pick(took)));
  return fmt::format("<polyline class=\"{}\" points=\"{}\"/>\n", kind, points);
}

std::string times(const Drawing& drawing) {
  auto text = fmt::format("<text x=\"{}\" y=\"{}\">time that they took: the longest, and the middle one in grey</text>\n", left, times_top - 8);
  for (int power = 0; std::pow(10, power) <= drawing.longest; ++power) {
    const double value = std::pow(10, power);
    text += mark(drawing.time_y(value), value < 1000 ? fmt::format("{:g} ms", value) : fmt::format("{:g} s", value / 1000));
  }
  text += curve(drawing, "middle", [](const auto& took) { return took[took.size() / 2]; });
  return text + curve(drawing, "longest", [](const auto& took) { return took.back(); });
}

std::string axis(const Drawing& drawing) {
  std::string text;
  const double apart = mark_distance(drawing.seconds() / 2);
  const auto from = std::chrono::duration<double>(drawing.plot.begin - drawing.zero()).count();
  for (int i = static_cast<int>(std::ceil(from / apart)); i * apart <= from + drawing.seconds(); ++i)
    text += fmt::format("<text class=\"time\" x=\"{:.1f}\" y=\"{}\">{:g} s</text>\n", left + width * (i * apart - from) / drawing.seconds(), times_top + height + 18,
                        i * apart);
  return text;
}

std::string pause_band(const Drawing& drawing) {
  if (!drawing.plot.pause) return {};
  const auto& pause = *drawing.plot.pause;
  const double from = drawing.x(pause.began);
  return fmt::format("<rect class=\"pause\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\"><title>requests waited for {} ms</title></rect>\n", from,
                     rates_top, std::max(1.0, drawing.x(pause.began + pause.lasted) - from), times_top + height - rates_top, pause.lasted.count());
}

constexpr std::string_view style =
    "<style>text{font:12px sans-serif;fill:#333}.title{font-size:14px}.value{text-anchor:end}.time{text-anchor:middle}"
    ".grid{stroke:#ddd}.answered{fill:#4a90c2}.failed{fill:#d0342c}.pause{fill:#f5a623;fill-opacity:.35}"
    "polyline{fill:none;stroke-width:1.5}.longest{stroke:#4a90c2}.middle{stroke:#aaa}</style>\n";

bool is_failure(const ports::LoggedRequest& request) { return request.status < 100 || request.status >= 500; }

Milliseconds longest_of(const std::vector<ports::LoggedRequest>& requests) {
  Milliseconds longest{0};
  for (const auto& one : requests) longest = std::max(longest, one.took);
  return longest;
}

}  // namespace

std::vector<PlottedRequest> seen_by_visitors(const std::array<std::vector<ports::LoggedRequest>, 2>& logs) {
  std::map<std::string, std::array<std::vector<ports::LoggedRequest>, 2>> by_id;
  for (std::size_t i = 0; i < logs.size(); ++i)
    for (const auto& one : logs[i]) by_id[one.id][i].push_back(one);
  std::vector<PlottedRequest> seen;
  for (const auto& [id, both] : by_id) {
    const auto& [one, other] = both;
    const bool first = one.size() != other.size() ? one.size() > other.size() : longest_of(one) >= longest_of(other);
    for (const auto& request : first ? one : other) seen.push_back({request.at + request.took, request.took, is_failure(request)});
  }
  return seen;
}

std::string draw(const TrafficPlot& plot) {
  const Drawing drawing(plot);
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\">\n"
                     "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
                     left + width + 20, times_top + height + 30) +
         std::string(style) + fmt::format("<text class=\"title\" x=\"{}\" y=\"22\">{}</text>\n", left, escaped(plot.title)) + pause_band(drawing) +
         rates(drawing) + times(drawing) + axis(drawing) + "</svg>\n";
}

}  // namespace divio::migration
