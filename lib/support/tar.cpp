#include "support/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace divio::tar {
namespace {

constexpr std::size_t checksum_at = 148, owner_at = 265, group_at = 297, owner_width = 32;

void put(std::string& header, std::size_t at, std::string_view text, std::size_t width) {
  const auto fitting = text.substr(0, width);
  header.replace(at, fitting.size(), fitting);
}

// Octal digits and a zero where they suffice, else GNU's: the number in bytes with the highest bit set.
void put_number(std::string& header, std::size_t at, std::int64_t value, std::size_t width) {
  const auto digits = value < 0 ? std::string() : fmt::format("{:0{}o}", value, width - 1);
  if (!digits.empty() && digits.size() < width) return put(header, at, digits, width);
  for (std::size_t i = 0; i < width; ++i) header[at + i] = value < 0 ? '\xff' : '\0';
  for (std::size_t i = 0; i < sizeof value; ++i)
    header[at + width - 1 - i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
  if (value >= 0) header[at] = '\x80';
}

void put_kind(std::string& header, Format format) {
  if (format == Format::gnu) return put(header, 257, "ustar  ", 7);
  put(header, 257, "ustar", 5);
  put(header, 263, "00", 2);  // the version
  put_number(header, 329, 0, 8);
  put_number(header, 337, 0, 8);
}

}  // namespace

// Positions and widths are the same in both formats, but for what follows the names of the owners.
std::string render(const Header& values, Format format) {
  std::string header(block_size, '\0');
  put(header, 0, values.name, name_limit);
  put_number(header, 100, values.mode, 8);
  put_number(header, 108, 0, 8);
  put_number(header, 116, 0, 8);
  put_number(header, 124, static_cast<std::int64_t>(values.size), 12);
  put_number(header, 136, values.changed, 12);
  put(header, checksum_at, "        ", 8);  // counts as blanks
  header[156] = values.type;
  put(header, 157, values.target, name_limit);
  put_kind(header, format);
  put(header, owner_at, values.owner, owner_width - 1);
  put(header, group_at, values.owner, owner_width - 1);
  const auto sum = std::accumulate(header.begin(), header.end(), 0U,
                                   [](unsigned total, char c) { return total + static_cast<unsigned char>(c); });
  put(header, checksum_at, fmt::format("{:06o}", sum), 6);
  header[checksum_at + 6] = '\0';
  return header;
}

std::string padding(std::uint64_t bytes) { return std::string((block_size - bytes % block_size) % block_size, '\0'); }

std::string end() { return std::string(2 * block_size, '\0'); }

std::string_view owner_in(std::string_view header) {
  const auto field = header.substr(owner_at, owner_width);
  return field.substr(0, field.find('\0'));
}

}  // namespace divio::tar
