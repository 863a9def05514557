#include "media/times.hpp"

#include <fmt/format.h>

#include <charconv>

namespace divio::media {
namespace {

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string_view take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

}  // namespace

std::string write_times(const Times& times) {
  std::string text;
  for (const auto& [path, time] : times)
    if (!time.tag.empty()) text += fmt::format("{} {} {} {}\n", time.tag, time.bytes, time.changed_ns, path);
  return text;
}

Times read_times(std::string_view text) {
  Times times;
  while (!text.empty()) {
    auto line = take_until(text, '\n');
    RememberedTime time{.tag = std::string(take_until(line, ' '))};
    if (!parse(take_until(line, ' '), time.bytes) || !parse(take_until(line, ' '), time.changed_ns) || line.empty()) continue;
    times.insert_or_assign(std::string(line), std::move(time));
  }
  return times;
}

}  // namespace divio::media
