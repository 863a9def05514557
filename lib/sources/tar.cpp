#include "sources/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include "sources/utf8.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

constexpr std::size_t block = 512;
constexpr std::size_t piece = std::size_t{64} * 1024;
constexpr std::size_t name_limit = 100;
constexpr std::uint64_t size_limit = 077777777777;  // eleven octal digits: just under 8 GiB

// What differs from one header block to the next; everything else is 0.
struct Block {
  std::string_view name;
  std::string_view target;
  char type = '0';
  unsigned mode = 0644;
  std::uint64_t size = 0;
};

void put(std::string& header, std::size_t at, std::size_t width, std::string_view text) {
  header.replace(at, std::min(width, text.size()), text.substr(0, width));
}

// Positions and widths are those of the ustar header in POSIX.
std::string render(const Block& values) {
  std::string header(block, '\0');
  put(header, 0, name_limit, values.name);
  put(header, 100, 7, fmt::format("{:07o}", values.mode));
  put(header, 108, 7, "0000000");
  put(header, 116, 7, "0000000");
  put(header, 124, 11, fmt::format("{:011o}", values.size));
  put(header, 136, 11, "00000000000");
  put(header, 148, 8, "        ");
  header[156] = values.type;
  put(header, 157, name_limit, values.target);
  put(header, 257, 5, "ustar");
  put(header, 263, 2, "00");  // the version
  put(header, 329, 7, "0000000");
  put(header, 337, 7, "0000000");
  const auto sum = std::accumulate(header.begin(), header.end(), 0U,
                                   [](unsigned total, char c) { return total + static_cast<unsigned char>(c); });
  put(header, 148, 7, std::string_view(fmt::format("{:06o}", sum)).substr(0, 6));
  header[154] = '\0';
  return header;
}

// A pax record begins with its own length, the digits of that length included.
std::string pax_record(std::string_view key, std::string_view value) {
  const auto rest = key.size() + value.size() + 3;  // blank, '=' and newline
  auto length = rest + 1;
  while (length != rest + fmt::formatted_size("{}", length)) length = rest + fmt::formatted_size("{}", length);
  return fmt::format("{} {}={}\n", length, key, value);
}

bool fits(std::string_view text) {
  return text.size() <= name_limit && std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) > 0; });
}

std::string pax_records(std::string_view name, const Entry& entry) {
  std::string records;
  if (!is_utf8(name) || !is_utf8(entry.target)) records += pax_record("hdrcharset", "BINARY");
  if (!fits(entry.target)) records += pax_record("linkpath", entry.target);
  if (!fits(name)) records += pax_record("path", name);
  if (entry.bytes > size_limit) records += pax_record("size", fmt::format("{}", entry.bytes));
  return records;
}

// Gathers what is written into pieces worth sending.
class Pieces {
 public:
  explicit Pieces(const ports::ByteSink& sink) : sink_(&sink) { gathered_.reserve(2 * piece); }

  Result<void> add(std::string_view bytes) {
    gathered_ += bytes;
    return gathered_.size() < piece ? Result<void>{} : flush();
  }
  Result<void> flush() {
    if (gathered_.empty()) return {};
    auto sent = (*sink_)(gathered_);
    gathered_.clear();
    return sent;
  }

 private:
  const ports::ByteSink* sink_;
  std::string gathered_;
};

Result<void> write_entry(const Entry& entry, Pieces& pieces) {
  DIVIO_CHECK(pieces.add(tar_header(entry)));
  if (!entry.content) return {};
  std::uint64_t written = 0;
  DIVIO_CHECK(entry.content([&](std::string_view bytes) {
    written += bytes.size();
    return pieces.add(bytes);
  }));
  if (written != entry.bytes) {
    return fail(ErrorCode::failed, fmt::format("{} changed while it was read", entry.path),
                "try again when nothing is writing to it");
  }
  return pieces.add(tar_padding(entry.bytes));
}

}  // namespace

std::string tar_header(const Entry& entry) {
  const auto name = entry.kind == EntryKind::folder ? entry.path + "/" : entry.path;
  Block values{.name = name, .target = entry.target, .size = entry.bytes};
  if (entry.kind == EntryKind::folder) values.type = '5', values.mode = 0755;
  if (entry.kind == EntryKind::executable) values.mode = 0755;
  if (entry.kind == EntryKind::link) values.type = '2', values.mode = 0777;
  const auto records = pax_records(name, entry);
  if (records.empty()) return render(values);
  // A reader without pax sees the cut name; the size field must not overflow.
  if (entry.bytes > size_limit) values.size = 0;
  const auto pax_name = "PaxHeader/" + name;
  return render({.name = pax_name, .target = {}, .type = 'x', .size = records.size()}) + records +
         tar_padding(records.size()) + render(values);
}

std::string tar_padding(std::uint64_t bytes) {
  return std::string((block - bytes % block) % block, '\0');
}

Result<void> write_tar(std::span<const Entry> entries, const ports::ByteSink& sink) {
  Pieces pieces(sink);
  for (const auto& entry : entries) DIVIO_CHECK(write_entry(entry, pieces));
  DIVIO_CHECK(pieces.add(std::string(2 * block, '\0')));
  return pieces.flush();
}

}  // namespace divio::sources
