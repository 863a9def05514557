#include "services/restricted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "services/dump_format.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

constexpr std::size_t enough_to_tell = 16;

// Beginnings of lines that mean something here, and how much of such a line is kept to read it: a table has at most 1600
// columns with names of 63 bytes.
struct Telling {
  std::string_view beginning;
  std::size_t longest;
};
constexpr std::string_view copy = "COPY ";
constexpr std::string_view from_here = " FROM stdin;";
constexpr std::string_view end_of_data = "\\.";
constexpr std::string_view restrict_command = "\\restrict ";
constexpr std::string_view unrestrict_command = "\\unrestrict ";
constexpr std::array<Telling, 3> in_statements{{{copy, std::size_t{256} * 1024}, {restrict_command, 256}, {unrestrict_command, 256}}};
constexpr std::array<Telling, 1> in_data{{{end_of_data, 4}}};

// Whether a line that begins with `line` may still be one of them.
template <std::size_t count>
bool may_tell(const std::array<Telling, count>& all, std::string_view line) {
  return std::ranges::any_of(all, [&](const auto& one) {
    const auto shorter = std::min(line.size(), one.beginning.size());
    return line.size() <= one.longest && line.substr(0, shorter) == one.beginning.substr(0, shorter);
  });
}

bool is_restriction(std::string_view line) { return line.starts_with(restrict_command) || line.starts_with(unrestrict_command); }

}  // namespace

RestrictedDump::RestrictedDump(std::string key, const ports::ByteSink& sink) : key_(std::move(key)), sink_(sink) {}

Result<void> RestrictedDump::tell() {
  kind_ = dump_format(line_) == DumpFormat::postgres_custom ? Kind::custom : Kind::plain;
  const auto beginning = std::move(line_);
  line_.clear();
  if (kind_ == Kind::plain) DIVIO_CHECK(sink_(fmt::format("{}{}\n", restrict_command, key_)));
  return beginning.empty() ? Result<void>() : write(beginning);
}

// A whole line, or one that is known to mean nothing here.
Result<void> RestrictedDump::pass() {
  const auto line = std::move(line_);
  line_.clear();
  const auto text = trim(line);
  if (in_data_) in_data_ = text != end_of_data;
  else if (line.starts_with(copy) && text.ends_with(from_here)) in_data_ = true;
  else if (is_restriction(line)) return {};
  return line.empty() ? Result<void>() : sink_(line);
}

// A part of one line.
Result<void> RestrictedDump::add(std::string_view part) {
  const bool ends = part.ends_with('\n');
  if (passing_) {
    passing_ = !ends;
    return sink_(part);
  }
  line_ += part;
  if (ends) return pass();
  const bool kept = in_data_ ? may_tell(in_data, line_) : may_tell(in_statements, line_);
  if (kept) return {};
  passing_ = true;
  const auto beginning = std::move(line_);
  line_.clear();
  return sink_(beginning);
}

Result<void> RestrictedDump::write(std::string_view bytes) {
  if (kind_ == Kind::custom) return sink_(bytes);
  if (kind_ == Kind::untold) {
    line_ += bytes;
    return line_.size() < enough_to_tell ? Result<void>() : tell();
  }
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto part = bytes.substr(0, end == std::string_view::npos ? bytes.size() : end + 1);
    bytes.remove_prefix(part.size());
    DIVIO_CHECK(add(part));
  }
  return {};
}

Result<void> RestrictedDump::finish() {
  if (kind_ == Kind::untold) DIVIO_CHECK(tell());
  return pass();
}

}  // namespace divio::services
