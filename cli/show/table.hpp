// Aligned columns.
#pragma once

#include <string>
#include <vector>

#include "cli/report/style.hpp"

namespace divio::cli {

using Row = std::vector<std::string>;

// `head` in bold, columns two spaces apart. Cells may hold colours. A column that is empty in every row is left out, and
// the widest ones are cut where a terminal has not enough columns.
[[nodiscard]] std::string table_text(const Row& head, const std::vector<Row>& rows, const Style& style);

// "name   value" lines; those with an empty value are left out.
[[nodiscard]] std::string block_text(const std::vector<std::pair<std::string, std::string>>& lines, const Style& style);

// "2026-11-22 20:15:58" of an RFC 3339 time; what is none stays as it is.
[[nodiscard]] std::string short_time(const std::string& time);
// The first 10 digits of a commit.
[[nodiscard]] std::string short_commit(const std::string& commit);

}  // namespace divio::cli
