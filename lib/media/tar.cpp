#include "media/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::size_t block = 512;
constexpr std::size_t name_length = 100;
constexpr std::size_t longest_name = 65'536;
constexpr std::size_t user_name_at = 265;
constexpr std::int64_t second = 1'000'000'000;
constexpr char long_name = 'L';
constexpr char long_link = 'K';

std::string padded(std::string_view text, std::size_t size) {
  std::string field(text.substr(0, size));
  field.resize(size, '\0');
  return field;
}

// Octal digits where they suffice, else the number in bytes with the highest bit set.
std::string number(std::int64_t value, std::size_t size) {
  const auto digits = value < 0 ? std::string() : fmt::format("{:0{}o}", value, size - 1);
  if (!digits.empty() && digits.size() < size) return padded(digits, size);
  std::string field(size, value < 0 ? '\xff' : '\0');
  for (std::size_t i = 0; i < sizeof value; ++i) field[size - 1 - i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
  if (value >= 0) field[0] = '\x80';
  return field;
}

std::string header(std::string_view name, std::uint64_t bytes, std::int64_t seconds, char type) {
  std::string text = padded(name, name_length) + number(0644, 8) + number(0, 8) + number(0, 8) +
                     number(static_cast<std::int64_t>(bytes), 12) + number(seconds, 12) + std::string(8, ' ') + type +
                     std::string(name_length, '\0') + "ustar  " + '\0' + padded(no_owner, 32) + padded(no_owner, 32);
  text.resize(block, '\0');
  unsigned sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  const auto digits = fmt::format("{:06o}", sum) + '\0' + ' ';
  std::copy(digits.begin(), digits.end(), text.begin() + 148);
  return text;
}

std::int64_t floor_seconds(std::int64_t time) { return (time - (time % second + second) % second) / second; }

std::string_view text_at(std::string_view header, std::size_t at, std::size_t size) {
  const auto field = header.substr(at, size);
  return field.substr(0, field.find('\0'));
}

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

std::string plain(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

bool has_checksum(std::string_view header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
  return number_at(header, 148, 8) == static_cast<std::int64_t>(sum);
}

}  // namespace

std::string tar_padding(std::uint64_t bytes) { return std::string((block - bytes % block) % block, '\0'); }
std::string tar_end() { return std::string(2 * block, '\0'); }

std::string tar_header(const MediaFile& file) {
  const auto name = "./" + file.path;
  std::string text;
  if (name.size() > name_length) text = header("././@LongLink", name.size() + 1, 0, long_name) + name + '\0' + tar_padding(name.size() + 1);
  return text + header(name, file.bytes, floor_seconds(file.changed_ns), '0');
}

bool is_without_owners(std::string_view beginning) {
  return beginning.size() >= block && text_at(beginning, user_name_at, 32) == no_owner;
}

Result<void> TarReading::add(std::string_view bytes) {
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
      const auto taken = bytes.substr(0, block - block_.size());
      block_ += taken;
      bytes.remove_prefix(taken.size());
      if (block_.size() < block) continue;
      DIVIO_CHECK(take_header());
      block_.clear();
    }
  }
  return {};
}

Result<void> TarReading::take_header() {
  ended_ = std::ranges::all_of(block_, [](char c) { return c == '\0'; });
  if (ended_) return {};
  const std::string_view header = block_;
  const auto size = number_at(header, 124, 12);
  if (header.substr(257, 5) != "ustar" || !has_checksum(header) || size < 0) return fail(ErrorCode::failed, "this is no archive of media files");
  entry_.type = header[156] == '\0' ? '0' : header[156];
  const bool has_content = entry_.type == '0' || entry_.type == long_name || entry_.type == long_link;
  left_ = has_content ? static_cast<std::uint64_t>(size) : 0;
  padding_ = (block - left_ % block) % block;
  if (entry_.type == long_name || entry_.type == long_link) {
    if (left_ > longest_name) return fail(ErrorCode::failed, "the archive of media files has a name that is too long");
    if (entry_.type == long_name) long_name_.clear();
    return {};
  }
  entry_.file = {plain(long_name_.empty() ? std::string(text_at(header, 0, name_length)) : std::exchange(long_name_, {})), left_,
                 number_at(header, 136, 12) * second};
  DIVIO_CHECK(receiver_.begin(entry_));
  return left_ == 0 ? end_entry() : Result<void>{};
}

Result<void> TarReading::take_content(std::string_view piece) {
  left_ -= piece.size();
  if (entry_.type == long_name) long_name_ += piece;
  if (entry_.type == '0') DIVIO_CHECK(receiver_.content(piece));
  return left_ == 0 ? end_entry() : Result<void>{};
}

Result<void> TarReading::end_entry() {
  if (entry_.type == long_name) long_name_ = long_name_.substr(0, long_name_.find('\0'));
  return entry_.type == '0' ? receiver_.end() : Result<void>{};
}

Result<void> TarReading::finish() const {
  return ended_ ? Result<void>{} : fail(ErrorCode::failed, "the archive of media files broke off");
}

}  // namespace divio::media
