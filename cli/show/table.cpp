#include "cli/show/table.hpp"

#include <algorithm>

#include "cli/report/text_width.hpp"

namespace divio::cli {
namespace {

// Colours take no columns.
std::size_t cell_width(const std::string& cell) { return display_width(printable(cell)); }

std::string padded(const std::string& cell, std::size_t width) {
  const auto taken = cell_width(cell);
  return cell + std::string(width > taken ? width - taken : 0, ' ');
}

// A cell that is cut loses its colours.
std::string fitted(const std::string& cell, std::size_t width) {
  return padded(cell_width(cell) > width ? cut(printable(cell), width) : cell, width);
}

std::string row_text(const Row& row, const std::vector<std::size_t>& widths) {
  std::string text;
  for (std::size_t column = 0; column < row.size(); ++column)
    if (widths.at(column) != 0) text += fitted(row[column], widths.at(column)) + "  ";
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

constexpr std::size_t least_width = 8;

// Takes from the widest column, one after the other, until the row fits.
void narrow(std::vector<std::size_t>& widths, std::size_t columns) {
  while (true) {
    std::size_t taken = 0;
    for (const auto width : widths) taken += width == 0 ? 0 : width + 2;
    const auto widest = std::ranges::max_element(widths);
    if (taken <= columns + 2 || widest == widths.end() || *widest <= least_width) return;
    --*widest;
  }
}

std::vector<std::size_t> column_widths(const Row& head, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(head.size(), 0);
  for (const auto& row : rows)
    for (std::size_t column = 0; column < row.size(); ++column)
      widths.at(column) = std::max(widths.at(column), cell_width(row[column]));
  for (std::size_t column = 0; column < head.size(); ++column)
    if (widths[column] != 0) widths[column] = std::max(widths[column], head[column].size());
  return widths;
}

}  // namespace

std::string table_text(const Row& head, const std::vector<Row>& rows, const Style& style) {
  auto widths = column_widths(head, rows);
  if (style.columns != 0) narrow(widths, style.columns);
  Row title;
  for (const auto& name : head) title.push_back(style.bold(name));
  std::string text = row_text(title, widths);
  for (const auto& row : rows) text += row_text(row, widths);
  return text;
}

std::string block_text(const std::vector<std::pair<std::string, std::string>>& lines, const Style& style) {
  std::size_t width = 0;
  for (const auto& [name, value] : lines)
    if (!value.empty()) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : lines)
    if (!value.empty()) text += "  " + style.dim(padded(name, width)) + "  " + value + "\n";
  return text;
}

std::string short_time(const std::string& time) {
  if (time.size() < 19 || time[10] != 'T') return time;
  return time.substr(0, 10) + " " + time.substr(11, 8);
}

std::string short_commit(const std::string& commit) { return commit.substr(0, 10); }

}  // namespace divio::cli
