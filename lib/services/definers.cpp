#include "services/definers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/try.hpp"

namespace divio::services {
namespace {

// Comments that only MariaDB runs, one for each clause: "/*!50003 CREATE*/ /*!50017 DEFINER=`d1`@`%`*/ /*!50003 TRIGGER".
constexpr std::string_view comment = "/*!";
constexpr std::string_view creation = "CREATE ";
constexpr std::string_view clause = "DEFINER=";
constexpr std::size_t longest_beginning = 1024;  // two names of at most 80 characters and what stands before them

bool may_define(std::string_view line) {
  const auto begins = [&](std::string_view word) { return line.substr(0, word.size()) == word.substr(0, line.size()); };
  return begins(comment) || begins(creation);
}

// Where a name in back quotes ends, in which two of them stand for one; npos if it does not.
std::size_t end_of_name(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '`') return std::string_view::npos;
  for (++at; at < text.size(); ++at) {
    if (text[at] != '`') continue;
    if (at + 1 >= text.size() || text[at + 1] != '`') return at + 1;
    ++at;
  }
  return std::string_view::npos;
}

}  // namespace

std::string with_definer(std::string line, std::string_view definer) {
  if (!line.starts_with(comment) && !line.starts_with(creation)) return line;
  const auto at = line.find(clause);
  if (at == std::string::npos) return line;
  const auto begin = at + clause.size();
  auto end = end_of_name(line, begin);
  if (end == std::string::npos || end >= line.size() || line[end] != '@') return line;
  end = end_of_name(line, end + 1);
  if (end == std::string::npos) return line;
  return line.replace(begin, end - begin, definer);
}

DefinerRewriter::DefinerRewriter(const SqlName& tenant, const ports::ByteSink& sink)
    : definer_(fmt::format("`{}`@`%`", tenant.str())), sink_(sink) {}

Result<void> DefinerRewriter::flush() {
  if (line_.empty()) return {};
  auto sent = sink_(with_definer(std::move(line_), definer_));
  line_.clear();
  return sent;
}

Result<void> DefinerRewriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto part = bytes.substr(0, end == std::string_view::npos ? bytes.size() : end + 1);
    bytes.remove_prefix(part.size());
    if (passing_) {
      DIVIO_CHECK(sink_(part));
    } else {
      line_ += part;
      passing_ = !may_define(line_) || line_.size() > longest_beginning;
      if (passing_ || end != std::string_view::npos) DIVIO_CHECK(flush());
    }
    if (end != std::string_view::npos) passing_ = false;
  }
  return {};
}

Result<void> DefinerRewriter::finish() { return flush(); }

}  // namespace divio::services
