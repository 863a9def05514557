#include <fmt/format.h>

#include <charconv>

#include "media/access.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::int64_t second = 1'000'000'000;

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// "1600000000.1234567890" in nanoseconds; find writes ten digits after the point, the last one 0.
bool parse_time(std::string_view text, std::int64_t& time) {
  const auto point = std::min(text.find('.'), text.size());
  std::int64_t seconds = 0;
  if (!parse(text.substr(0, point), seconds)) return false;
  auto fraction = std::string(text.substr(std::min(point + 1, text.size())));
  fraction.resize(9, '0');
  std::int64_t nanos = 0;
  if (!parse(std::string_view(fraction), nanos) || nanos < 0) return false;
  time = seconds * second + nanos;
  return true;
}

}  // namespace

Result<void> ListReader::feed(std::string_view bytes) {
  while (true) {
    const auto end = bytes.find('\0');
    rest_ += bytes.substr(0, end);
    if (end == std::string_view::npos) return {};
    DIVIO_CHECK(add(rest_));
    rest_.clear();
    bytes.remove_prefix(end + 1);
  }
}

Result<void> ListReader::add(std::string_view record) {
  const auto whole = record;
  const auto word = [&] {
    const auto end = std::min(record.find(' '), record.size());
    const auto text = record.substr(0, end);
    record.remove_prefix(std::min(end + 1, record.size()));
    return text;
  };
  const auto type = word();
  MediaFile file;
  const bool good = parse(word(), file.bytes) && parse_time(word(), file.changed_ns) && type.size() == 1 && !record.empty();
  if (!good) return fail(ErrorCode::failed, fmt::format("the list of files has the record '{}'", printable(whole.substr(0, 200))));
  file.path = record;
  if (type == "d") return {};
  if (type == "f")
    files_.push_back(std::move(file));
  else
    left_out_.push_back(std::move(file.path));
  return {};
}

Result<Listing> ListReader::done() {
  if (!rest_.empty()) return fail(ErrorCode::failed, "the list of files broke off");
  DIVIO_TRY(files, make_manifest(std::move(files_)));
  return Listing{std::move(files), std::move(left_out_)};
}

}  // namespace divio::media
