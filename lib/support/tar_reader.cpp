#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "support/tar.hpp"
#include "support/try.hpp"

namespace divio::tar {
namespace {

constexpr std::size_t longest_name = 65'536;
constexpr char long_name = 'L', long_link = 'K', extended = 'x';

std::string_view text_at(std::string_view header, std::size_t at, std::size_t size) {
  const auto field = header.substr(at, size);
  return field.substr(0, field.find('\0'));
}

// Octal digits, or with the highest bit set a number in bytes.
std::int64_t number_at(std::string_view header, std::size_t at, std::size_t size) {
  const auto field = header.substr(at, size);
  const auto first = static_cast<unsigned char>(field.front());
  if (first >= 0x80) {
    std::uint64_t value = first == 0xff ? ~std::uint64_t{0} : 0;
    for (const char c : field.substr(size - sizeof value)) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }
  std::int64_t value = 0;
  const auto digits = field.find_first_not_of(' ');
  if (digits != std::string_view::npos) std::from_chars(field.data() + digits, field.data() + field.size(), value, 8);
  return value;
}

bool has_checksum(std::string_view header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block_size; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
  return number_at(header, 148, 8) == static_cast<std::int64_t>(sum);
}

// POSIX has the beginning of a longer name in a field of its own, where GNU has times.
std::string name_in(std::string_view header) {
  const bool posix = header[262] == '\0';
  const auto prefix = posix ? text_at(header, 345, 155) : std::string_view();
  return fmt::format("{}{}{}", prefix, prefix.empty() ? "" : "/", text_at(header, 0, name_limit));
}

// The path in the records of a POSIX header: "LENGTH path=NAME\n".
std::string path_in(std::string_view records) {
  constexpr std::string_view key = " path=";
  const auto at = records.find(key);
  if (at == std::string_view::npos) return {};
  const auto value = records.substr(at + key.size());
  return std::string(value.substr(0, value.find('\n')));
}

bool is_about_the_next(char type) { return type == long_name || type == long_link || type == extended; }

}  // namespace

Result<void> Reader::add(std::string_view bytes) {
  while (!bytes.empty() && !ended_) {
    if (left_ > 0) {
      const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      bytes.remove_prefix(piece.size());
      DIVIO_CHECK(take_content(piece));
    } else if (padding_ > 0) {
      const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(padding_, bytes.size()));
      padding_ -= skipped;
      bytes.remove_prefix(skipped);
    } else {
      const auto taken = bytes.substr(0, block_size - block_.size());
      block_ += taken;
      bytes.remove_prefix(taken.size());
      if (block_.size() < block_size) continue;
      DIVIO_CHECK(take_header());
      block_.clear();
    }
  }
  return {};
}

Result<void> Reader::take_header() {
  ended_ = std::ranges::all_of(block_, [](char c) { return c == '\0'; });
  if (ended_) return {};
  const std::string_view header = block_;
  const auto size = number_at(header, 124, 12);
  if (header.substr(257, 5) != "ustar" || !has_checksum(header) || size < 0) return fail(ErrorCode::failed, "this is no " + what_);
  entry_.type = header[156] == '\0' ? '0' : header[156];
  const bool has_content = entry_.type == '0' || is_about_the_next(entry_.type);
  entry_.size = left_ = has_content ? static_cast<std::uint64_t>(size) : 0;
  padding_ = (block_size - left_ % block_size) % block_size;
  if (is_about_the_next(entry_.type)) {
    if (left_ > longest_name) return fail(ErrorCode::failed, fmt::format("the {} has a name that is too long", what_));
    if (entry_.type != long_link) long_name_.clear();
    return {};
  }
  entry_.name = long_name_.empty() ? name_in(header) : std::exchange(long_name_, {});
  entry_.changed = number_at(header, 136, 12);
  DIVIO_CHECK(receiver_.begin(entry_));
  return left_ == 0 ? end_entry() : Result<void>{};
}

Result<void> Reader::take_content(std::string_view piece) {
  left_ -= piece.size();
  if (entry_.type == long_name || entry_.type == extended) long_name_ += piece;
  if (entry_.type == '0') DIVIO_CHECK(receiver_.content(piece));
  return left_ == 0 ? end_entry() : Result<void>{};
}

Result<void> Reader::end_entry() {
  if (entry_.type == long_name) long_name_ = long_name_.substr(0, long_name_.find('\0'));
  if (entry_.type == extended) long_name_ = path_in(long_name_);
  return entry_.type == '0' ? receiver_.end() : Result<void>{};
}

Result<void> Reader::finish() const {
  return ended_ ? Result<void>{} : fail(ErrorCode::failed, fmt::format("the {} broke off", what_));
}

}  // namespace divio::tar
