#include "media/records.hpp"

#include <algorithm>
#include <string>

#include "media/file_time.hpp"

namespace divio::media {

std::string_view take_word(std::string_view& record) {
  const auto end = std::min(record.find(' '), record.size());
  const auto text = record.substr(0, end);
  record.remove_prefix(std::min(end + 1, record.size()));
  return text;
}

bool parse_time(std::string_view text, std::int64_t& time) {
  const auto point = std::min(text.find('.'), text.size());
  std::int64_t seconds = 0;
  if (!parse_number(text.substr(0, point), seconds)) return false;
  auto fraction = std::string(text.substr(std::min(point + 1, text.size())));
  fraction.resize(9, '0');
  std::int64_t nanos = 0;
  if (!parse_number(std::string_view(fraction), nanos) || nanos < 0) return false;
  time = seconds * ns_in_second + nanos;
  return true;
}

}  // namespace divio::media
