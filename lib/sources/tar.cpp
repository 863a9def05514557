#include "sources/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sources/utf8.hpp"
#include "support/tar.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

constexpr std::size_t piece = std::size_t{64} * 1024;
constexpr std::uint64_t size_limit = 077777777777;  // eleven octal digits: just under 8 GiB

// A pax record begins with its own length, the digits of that length included.
std::string pax_record(std::string_view key, std::string_view value) {
  const auto rest = key.size() + value.size() + 3;  // blank, '=' and newline
  auto length = rest + 1;
  while (length != rest + fmt::formatted_size("{}", length)) length = rest + fmt::formatted_size("{}", length);
  return fmt::format("{} {}={}\n", length, key, value);
}

bool fits(std::string_view text) {
  return text.size() <= tar::name_limit && std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) > 0; });
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
  return pieces.add(tar::padding(entry.bytes));
}

}  // namespace

std::string tar_header(const Entry& entry) {
  const auto name = entry.kind == EntryKind::folder ? entry.path + "/" : entry.path;
  tar::Header values{.name = name, .target = entry.target, .size = entry.bytes};
  if (entry.kind == EntryKind::folder) values.type = '5', values.mode = 0755;
  if (entry.kind == EntryKind::executable) values.mode = 0755;
  if (entry.kind == EntryKind::link) values.type = '2', values.mode = 0777;
  const auto records = pax_records(name, entry);
  if (records.empty()) return tar::render(values, tar::Format::posix);
  // A reader without pax sees the cut name; the size field must not overflow.
  if (entry.bytes > size_limit) values.size = 0;
  const auto pax_name = "PaxHeader/" + name;
  return tar::render({.name = pax_name, .type = 'x', .size = records.size()}, tar::Format::posix) + records +
         tar::padding(records.size()) + tar::render(values, tar::Format::posix);
}

Result<void> write_tar(std::span<const Entry> entries, const ports::ByteSink& sink) {
  Pieces pieces(sink);
  for (const auto& entry : entries) DIVIO_CHECK(write_entry(entry, pieces));
  DIVIO_CHECK(pieces.add(tar::end()));
  return pieces.flush();
}

}  // namespace divio::sources
