#include "ingress/haproxy/running.hpp"

#include <charconv>
#include <optional>

#include "support/text.hpp"

namespace divio::ingress {
namespace {

// One line of HAProxy's CSV: RFC 4180, a value with a comma or a quote stands in quotes.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool in_quotes = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (in_quotes && i + 1 < line.size() && line[i + 1] == '"')
        fields.back() += line[++i];
      else
        in_quotes = !in_quotes;
    } else if (c == ',' && !in_quotes) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Where the columns are that are read; HAProxy adds columns from version to version.
class Columns {
 public:
  static std::optional<Columns> find(const std::vector<std::string>& header) {
    Columns columns;
    for (std::size_t i = 0; i < header.size(); ++i) columns.places_[header[i]] = i;
    for (const auto* name :
         {"svname", "scur", "status", "lastchg", "type", "check_status", "check_code", "addr", "uweight"}) {
      if (!columns.places_.contains(name)) return std::nullopt;
    }
    return columns;
  }
  [[nodiscard]] std::string get(const std::vector<std::string>& fields, const std::string& name) const {
    const auto place = places_.at(name);
    return place < fields.size() ? fields[place] : std::string{};
  }

 private:
  std::map<std::string, std::size_t> places_;
};

// A check in progress is shown as "* L7OK", with the result of the last.
std::string check_word(std::string_view text) {
  if (text.starts_with("* ")) text.remove_prefix(2);
  return std::string(text);
}

RunningServer server_of(const Columns& columns, const std::vector<std::string>& fields) {
  RunningServer server;
  server.name = columns.get(fields, "svname");
  server.address = columns.get(fields, "addr");
  server.weight = number(columns.get(fields, "uweight"));
  server.maintenance = columns.get(fields, "status").starts_with("MAINT");
  server.sessions = number(columns.get(fields, "scur"));
  server.unchanged = std::chrono::seconds(number(columns.get(fields, "lastchg")));
  server.check = check_word(columns.get(fields, "check_status"));
  server.http_status = number(columns.get(fields, "check_code"));
  return server;
}

constexpr std::string_view type_backend = "1";
constexpr std::string_view type_server = "2";

}  // namespace

Result<RunningBackends> parse_stat(std::string_view csv) {
  constexpr std::string_view beginning = "# pxname,";
  RunningBackends backends;
  std::optional<Columns> columns;
  for (const auto& line : split(csv, '\n')) {
    if (line.starts_with(beginning)) columns = Columns::find(csv_fields(line));
    if (line.empty() || line.starts_with('#')) continue;
    if (!columns) break;
    const auto fields = csv_fields(line);
    const auto type = columns->get(fields, "type");
    if (type == type_backend) backends[fields[0]];
    if (type == type_server) backends[fields[0]].push_back(server_of(*columns, fields));
  }
  if (!columns) return fail(ErrorCode::failed, "HAProxy's statistics cannot be read", "use HAProxy 2.6 or newer");
  return backends;
}

std::map<std::string, std::string> parse_map(std::string_view text) {
  std::map<std::string, std::string> entries;  // lines of "0x55e114751e50 shop.localhost shop.live.1f2e3d4c"
  for (const auto& line : split(text, '\n')) {
    const auto words = split(trim(line), ' ');
    if (words.size() == 3) entries.try_emplace(words[1], words[2]);  // of two entries, HAProxy heeds the first
  }
  return entries;
}

std::string parse_description(std::string_view text) {
  constexpr std::string_view name = "description: ";
  for (const auto& line : split(text, '\n')) {
    if (line.starts_with(name)) return std::string(trim(std::string_view(line).substr(name.size())));
  }
  return {};
}

Workers parse_processes(std::string_view text) {
  Workers workers;
  bool old = false;
  for (const auto& line : split(text, '\n')) {
    if (line.starts_with("# old workers")) old = true;
    if (line.starts_with("# programs")) break;
    if (const auto failed = line.find("[failed: "); failed != std::string::npos) {
      workers.failed_reloads = number(std::string_view(line).substr(failed + 9));
    }
    if (line.find(" worker ") != std::string::npos && !line.starts_with('#'))
      workers.all.push_back({number(line), old});
  }
  return workers;
}

std::string_view instance_of(std::string_view server) {
  return server.substr(0, server.find(':'));
}

model::TargetStatus::Health health_of(std::string_view check) {
  using Health = model::TargetStatus::Health;
  if (check.empty() || check == "INI" || check == "UNK" || check == "CHECKED") return Health::unknown;
  return check == "L7OK" || check == "L7OKC" || check == "L6OK" || check == "L4OK" ? Health::passing : Health::failing;
}

}  // namespace divio::ingress
