#include "ingress/haproxy/access_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/time.hpp"
#include "ports/streams.hpp"
#include "support/try.hpp"
#include "system/lines.hpp"

namespace divio::ingress {
namespace {

// Words, and texts between quotation marks, one after the other. What is in a text that HAProxy escaped stays escaped.
class AccessWords {
 public:
  explicit AccessWords(std::string_view line) : left_(line) {}

  std::string_view next() {
    const bool quoted = left_.starts_with('"');
    std::size_t end = quoted ? 1 : 0;
    while (end < left_.size() && left_[end] != (quoted ? '"' : ' ')) end += quoted && left_[end] == '\\' ? 2 : 1;
    end = std::min(end, left_.size());
    const auto word = left_.substr(quoted ? 1 : 0, quoted ? end - 1 : end);
    left_.remove_prefix(std::min(left_.size(), end + (quoted ? 2 : 1)));
    return word;
  }

  std::string_view rest() const { return left_; }

 private:
  std::string_view left_;
};

std::optional<long long> whole_number(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// "22/Nov/2026:22:10:51.342", in UTC as the container has it.
std::optional<model::TimePoint> log_time(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 24) return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(3, 3));
  std::array<long long, 6> numbers{};
  constexpr std::array<std::pair<std::size_t, std::size_t>, 6> places{{{0, 2}, {7, 4}, {12, 2}, {15, 2}, {18, 2}, {21, 3}}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto number = whole_number(text.substr(places[i].first, places[i].second));
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  const auto day = std::chrono::year(static_cast<int>(numbers[1])) / static_cast<int>(month - months.begin() + 1) / static_cast<int>(numbers[0]);
  if (month == months.end() || !day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(numbers[2]) + std::chrono::minutes(numbers[3]) + std::chrono::seconds(numbers[4]) +
         std::chrono::milliseconds(numbers[5]);
}

// The text behind id=, which is the last word.
std::string id_in(std::string_view words) {
  constexpr std::string_view before = " id=";
  const auto at = words.rfind(before);
  return at == std::string_view::npos ? "" : std::string(AccessWords(words.substr(at + before.size())).next());
}

}  // namespace

std::optional<AccessLine> parse_access_line(std::string_view line) {
  AccessWords words(line);
  const auto at = log_time(words.next());
  if (!at) return std::nullopt;
  (void)words.next();  // the visitor's address
  const auto host = words.next();
  (void)words.next();  // the request
  const auto status = whole_number(words.next());
  (void)words.next(), (void)words.next();  // so many bytes
  const auto took = whole_number(words.next());
  if (!status || !took || words.next() != "ms") return std::nullopt;
  return AccessLine{std::string(host), {.at = *at, .took = std::chrono::milliseconds(std::max(0LL, *took)), .status = static_cast<int>(*status), .id = id_in(words.rest())}};
}

Result<std::vector<ports::LoggedRequest>> logged_requests(ports::Engine& engine, const std::string& container, const std::vector<std::string>& hosts,
                                                          model::TimePoint since) {
  std::vector<ports::LoggedRequest> found;
  const auto take = [&](std::string_view line) {
    auto read = parse_access_line(line);
    if (read && read->request.at >= since && std::ranges::find(hosts, read->host) != hosts.end()) found.push_back(std::move(read->request));
  };
  system::Lines lines;
  const auto feed = [&](ports::Output output, std::string_view bytes) {
    if (output == ports::Output::out) lines.feed(bytes, take);  // not what HAProxy says about itself
  };
  DIVIO_CHECK(engine.streams().logs(container, {.since = model::to_rfc3339(since)}, feed, {}));
  return found;
}

}  // namespace divio::ingress
