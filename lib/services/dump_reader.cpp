#include "services/dump_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace divio::services {
namespace {

constexpr std::uint64_t fnv_offset = 14695981039346656037ULL;
constexpr std::uint64_t fnv_prime = 1099511628211ULL;

// So that sums of similar rows differ: the last steps of MurmurHash3.
std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  return value;
}

// "INSERT INTO `orders` VALUES": the table, empty for another line.
std::string inserted_into(std::string_view line) {
  constexpr std::string_view start = "INSERT INTO `";
  if (!line.starts_with(start)) return {};
  const auto end = line.find("` VALUES", start.size());
  return end == std::string_view::npos ? std::string() : std::string(line.substr(start.size(), end - start.size()));
}

// Takes out "DEFINER=`a`@`b`" and " AUTO_INCREMENT=7".
void strip(std::string& line) {
  if (const auto at = line.find("DEFINER="); at != std::string::npos) {
    auto end = at + 8;
    bool quoted = false;
    for (; end < line.size() && (quoted || (line[end] != ' ' && line[end] != '*')); ++end)
      if (line[end] == '`') quoted = !quoted;
    line.erase(at, end - at);
  }
  constexpr std::string_view counter = " AUTO_INCREMENT=";
  if (!line.starts_with(")")) return;
  if (const auto at = line.find(counter); at != std::string::npos)
    line.erase(at, line.find_first_not_of("0123456789", at + counter.size()) - at);
}

constexpr std::string_view values = "` VALUES";

}  // namespace

void SqlDumpReader::add(std::string_view bytes) {
  for (const char c : bytes) {
    if (data_ != nullptr) {
      take_data(c);
      continue;
    }
    if (c == '\n') {
      take_line();
      continue;
    }
    line_ += c;
    if (c != 'S' || routine_ || !line_.ends_with(values)) continue;
    if (auto table = inserted_into(line_); !table.empty()) {
      data_ = &tables_[std::move(table)];
      line_.clear();
    }
  }
}

// A row is what is between parentheses; the statement ends with the first ';' outside of them.
void SqlDumpReader::take_data(char c) {
  if (depth_ == 0) {
    if (c == ';') data_ = nullptr;
    if (c != '(') return;
    depth_ = 1;
    row_ = fnv_offset;
    return;
  }
  row_ = (row_ ^ static_cast<unsigned char>(c)) * fnv_prime;
  if (quote_ != 0) {
    if (escaped_) escaped_ = false;
    else if (c == '\\') escaped_ = true;
    else if (c == quote_) quote_ = 0;
    return;
  }
  if (c == '\'' || c == '"') quote_ = c;
  if (c == '(') ++depth_;
  if (c != ')' || --depth_ > 0) return;
  ++data_->rows;
  data_->sum += mixed(row_);
}

void SqlDumpReader::take_line() {
  auto line = std::exchange(line_, {});
  constexpr std::string_view server = "-- Server version\t";
  if (line.starts_with(server)) engine_ = line.substr(server.size());
  if (line.starts_with("DELIMITER ")) routine_ = line != "DELIMITER ;";
  constexpr std::string_view create = "CREATE TABLE `";
  if (line.starts_with(create)) tables_[line.substr(create.size(), line.find('`', create.size()) - create.size())];
  if (line.empty() || line.starts_with("--") || line == ";") return;
  strip(line);
  schema_.add(line + "\n");
}

model::Evidence SqlDumpReader::finish() {
  if (!line_.empty()) take_line();
  model::Evidence evidence{.engine = engine_, .schema = schema_.hex()};
  for (const auto& [name, table] : tables_) evidence.tables.push_back({name, table.rows, fmt::format("{:016x}", table.sum)});
  return evidence;
}

namespace {

// The parts of an RDB, one after the other; what is not understood or not there makes it bad.
struct RdbCursor {
  std::string_view left;
  bool bad = false;

  unsigned byte() {
    if (left.empty()) return bad = true, 0U;
    const auto value = static_cast<unsigned char>(left.front());
    left.remove_prefix(1);
    return value;
  }

  std::uint64_t big_endian(int bytes) {
    std::uint64_t value = 0;
    while (bytes-- > 0) value = value << 8 | byte();
    return value;
  }

  // A length, or how a number is written in a string's place.
  std::uint64_t length(bool& number) {
    const auto first = byte();
    number = first >> 6 == 3;
    if (number) return first & 63U;
    if (first >> 6 == 0) return first;
    if (first >> 6 == 1) return (first & 63U) << 8 | byte();
    return big_endian(first == 0x81 ? 8 : 4);
  }

  std::uint64_t count() {
    bool number = false;
    const auto value = length(number);
    bad = bad || number;
    return value;
  }

  std::string text() {
    bool number = false;
    auto bytes = length(number);
    if (number && bytes == 3) {  // compressed
      bytes = count();
      (void)count();
    } else if (number) {
      bytes = std::uint64_t{1} << bytes;
    }
    if (bytes > left.size()) return bad = true, std::string();
    const auto value = left.substr(0, bytes);
    left.remove_prefix(bytes);
    return std::string(value);
  }
};

}  // namespace

std::optional<model::Evidence> rdb_evidence(std::string_view beginning) {
  constexpr unsigned aux = 0xfa;
  constexpr unsigned function = 0xf5;
  constexpr unsigned database = 0xfe;
  constexpr unsigned sizes = 0xfb;
  constexpr unsigned end = 0xff;
  if (!beginning.starts_with("REDIS") || beginning.size() < 9) return std::nullopt;
  RdbCursor cursor{beginning.substr(9)};
  model::Evidence evidence;
  std::uint64_t number = 0;
  while (!cursor.bad) {
    const auto code = cursor.byte();
    if (code == aux) {
      const auto name = cursor.text();
      auto value = cursor.text();
      if (name == "redis-ver") evidence.engine = std::move(value);
    } else if (code == function) {
      (void)cursor.text();
    } else if (code == database) {
      number = cursor.count();
    } else if (code == sizes || code == end) {
      const auto keys = code == end ? 0 : cursor.count();
      const auto expiring = code == end ? 0 : cursor.count();
      if (cursor.bad || expiring > keys) return std::nullopt;
      evidence.tables = {{"db" + std::to_string(number), keys - expiring, {}}};
      return evidence;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace divio::services
