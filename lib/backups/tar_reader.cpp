#include "backups/tar_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace divio::backups {
namespace {

constexpr std::size_t block = 512;
constexpr std::size_t longest_name = 65'536;
constexpr char long_name = 'L';
constexpr char extended = 'x';

std::string_view text_at(std::string_view header, std::size_t at, std::size_t size) {
  const auto field = header.substr(at, size);
  return field.substr(0, field.find('\0'));
}

// Octal digits, or, with the highest bit set, a number of bytes.
std::uint64_t size_of(std::string_view header) {
  const auto field = header.substr(124, 12);
  std::uint64_t value = 0;
  if ((static_cast<unsigned char>(field.front()) & 0x80U) != 0) {
    for (const char c : field.substr(4)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  const auto digits = field.find_first_not_of(' ');
  if (digits != std::string_view::npos) std::from_chars(field.data() + digits, field.data() + field.size(), value, 8);
  return value;
}

// The path in the records of a POSIX header: "LENGTH path=NAME\n".
std::string path_in(std::string_view records) {
  constexpr std::string_view key = " path=";
  const auto at = records.find(key);
  if (at == std::string_view::npos) return {};
  const auto value = records.substr(at + key.size());
  return std::string(value.substr(0, value.find('\n')));
}

}  // namespace

void TarReader::add(std::string_view bytes) {
  while (!bytes.empty() && !bad_ && !ended_) {
    if (left_ > 0) {
      const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      take_content(piece);
      bytes.remove_prefix(piece.size());
      if (left_ == 0) end_file();
      continue;
    }
    if (padding_ > 0) {
      const auto skipped = std::min<std::uint64_t>(padding_, bytes.size());
      padding_ -= skipped;
      bytes.remove_prefix(static_cast<std::size_t>(skipped));
      continue;
    }
    const auto taken = bytes.substr(0, block - block_.size());
    block_ += taken;
    bytes.remove_prefix(taken.size());
    if (block_.size() < block) continue;
    take_header();
    block_.clear();
  }
}

void TarReader::take_header() {
  ended_ = std::ranges::all_of(block_, [](char c) { return c == '\0'; });
  if (ended_) return;
  const std::string_view header = block_;
  bad_ = header.substr(257, 5) != "ustar";
  if (bad_) return;
  type_ = header[156];
  left_ = size_of(header);
  padding_ = (block - left_ % block) % block;
  if (type_ == long_name || type_ == extended) {
    long_name_.clear();
    return;
  }
  const bool posix = header[262] == '\0';
  const auto prefix = posix ? text_at(header, 345, 155) : std::string_view();
  name_ = !long_name_.empty() ? std::exchange(long_name_, {}) : fmt::format("{}{}{}", prefix, prefix.empty() ? "" : "/", text_at(header, 0, 100));
  content_ = Sha256();
  if (left_ == 0) end_file();
}

void TarReader::take_content(std::string_view piece) {
  left_ -= piece.size();
  if (type_ == long_name || type_ == extended) {
    bad_ = long_name_.size() + piece.size() > longest_name;
    if (!bad_) long_name_ += piece;
  } else {
    content_.add(piece);
  }
}

void TarReader::end_file() {
  if (type_ == long_name) long_name_ = long_name_.substr(0, long_name_.find('\0'));
  if (type_ == extended) long_name_ = path_in(long_name_);
  if (type_ != '0' && type_ != '\0') return;
  ++files_;
  const auto hash = sha256_hex(fmt::format("{}\n{}", content_.hex(), name_)).substr(0, 16);
  std::uint64_t value = 0;
  std::from_chars(hash.data(), hash.data() + hash.size(), value, 16);
  sum_ += value;
}

model::Evidence TarReader::finish() {
  if (bad_ || !ended_) return {};
  return {.tables = {{"files", files_, fmt::format("{:016x}", sum_)}}};
}

}  // namespace divio::backups
