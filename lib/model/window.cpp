#include "model/window.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "support/text.hpp"

namespace divio::model {
namespace {

using namespace std::chrono;

constexpr unsigned every_day = Window{}.days;
constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr minutes one_day{1440};
constexpr minutes farthest{14 * 60};  // from UTC

std::optional<unsigned> day_of(std::string_view text) {
  for (unsigned day = 0; day < day_names.size(); ++day)
    if (to_lower(text) == to_lower(day_names[day])) return day;
  return std::nullopt;
}

// "Mon", "Mon-Fri", "Fri-Mon"; 0 for what is none.
unsigned days_of(std::string_view text) {
  const auto ends = split(text, '-');
  const auto first = day_of(ends.front());
  const auto last = day_of(ends.back());
  if (!first || !last || ends.size() > 2) return 0;
  unsigned days = 1U << *last;
  for (auto day = *first; day != *last; day = (day + 1) % 7) days |= 1U << day;
  return days;
}

bool read_days(std::string_view text, unsigned& days) {
  days = 0;
  for (const auto& part : split(text, ',')) {
    const auto some = days_of(part);
    if (some == 0) return false;
    days |= some;
  }
  return true;
}

bool read_times(std::string_view text, Window& window) {
  const auto times = split(text, '-');
  if (times.size() != 2) return false;
  const auto from = parse_time_of_day(times[0]);
  const auto until = times[1] == "24:00" ? Result<minutes>(one_day) : parse_time_of_day(times[1]);
  if (!from || !until || *from == *until) return false;
  window.from = *from;
  window.until = *until;
  return true;
}

bool read_zone(std::string_view text, minutes& offset) {
  if (to_lower(text) == "utc") return true;
  const auto read = text.starts_with('+') || text.starts_with('-') ? parse_offset(text) : std::nullopt;
  if (!read || abs(*read) > farthest) return false;
  offset = *read;
  return true;
}

std::string zone_text(minutes offset) {
  if (offset == minutes(0)) return "UTC";
  return (offset < minutes(0) ? "-" : "+") + to_time_of_day(abs(offset));
}

}  // namespace

minutes Window::length() const { return until > from ? until - from : until - from + one_day; }

Result<Window> parse_window(std::string_view text) {
  std::vector<std::string> words;
  for (auto& word : split(trim(text), ' '))
    if (!word.empty()) words.push_back(std::move(word));
  Window window;
  if (words.size() == 2) words.insert(words.begin(), "Mon-Sun");
  if (words.size() == 3 && read_days(words[0], window.days) && read_times(words[1], window) && read_zone(words[2], window.offset)) return window;
  return fail(ErrorCode::invalid, fmt::format("'{}' is no window", text),
              "write it like \"Mon-Fri 01:00-05:00 UTC\", \"Sat,Sun 23:00-02:00 +02:00\" or \"01:00-05:00 UTC\": days of the week or none for "
              "every day, two times, and UTC or an offset from it; names of time zones are not known");
}

std::string to_string(const Window& window) {
  std::vector<std::string> days;
  for (std::size_t day = 0; day < day_names.size(); ++day)
    if ((window.days >> day & 1U) != 0) days.emplace_back(day_names[day]);
  const auto times = fmt::format("{}-{} {}", to_time_of_day(window.from), to_time_of_day(window.until), zone_text(window.offset));
  return window.days == every_day ? times : join(days, ",") + " " + times;
}

Result<Opening> next_opening(const Window& window, TimePoint time, milliseconds needed) {
  const auto yesterday = floor<days>(time + window.offset) - days(1);
  for (int i = 0; i <= 8 && needed <= window.length(); ++i) {
    const auto day = yesterday + days(i);
    if ((window.days >> (weekday(day).iso_encoding() - 1) & 1U) == 0) continue;
    const TimePoint from = day + window.from - window.offset;
    const auto until = from + window.length();
    if (std::max(time, from) + needed <= until) return Opening{from, until};
  }
  return fail(ErrorCode::invalid, fmt::format("the window {} is too short for something that may take {} s", to_string(window), duration<double>(needed).count()),
              "give a longer window, or a shorter --max-pause");
}

}  // namespace divio::model
