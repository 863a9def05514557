#include "ingress/haproxy/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/enum_names.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

// In place of another ingress's address.
constexpr model::EnumNames<ports::ForwardTo, 2> ways_within{{{ports::ForwardTo::beside, beside_word}, {ports::ForwardTo::own, "own"}}};

template <class Number>
bool read_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc{} && end == text.data() + text.size();
}

std::chrono::milliseconds milliseconds(std::string_view text) {
  std::int64_t count = 0;
  read_number(text, count);
  return std::chrono::milliseconds(std::max<std::int64_t>(0, count));
}

}  // namespace

std::string table_key(const model::EnvironmentKey& key) {
  return key.project.str() + "." + key.environment.str();
}

Result<void> check_bounds(const ports::HoldBounds& bounds) {
  if (bounds.until < std::chrono::milliseconds(1) || bounds.until > std::chrono::minutes(10)) {
    return fail(ErrorCode::invalid, fmt::format("requests cannot be held for {} ms", bounds.until.count()),
                "hold them for 1 ms to 10 min");
  }
  if (bounds.waiting >= 1) return {};
  return fail(ErrorCode::invalid, fmt::format("{} requests cannot wait", bounds.waiting), "let at least one wait");
}

Result<void> check_token(const Secret& token) {
  const auto& text = token.reveal();
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (text.size() >= 16 && text.size() <= 128 && std::ranges::all_of(text, is_plain)) return {};
  return fail(ErrorCode::invalid, "a token of the ingress has 16 to 128 letters and digits", "make a random one");
}

Result<void> check_forward(const ports::Forward& where) {
  if (where.to != ports::ForwardTo::elsewhere) return {};
  if (!is_ipv4(where.address) || where.port == 0) {
    return fail(ErrorCode::invalid, fmt::format("requests cannot be forwarded to {}:{}", where.address, where.port),
                "give the other region's ingress by an IPv4 address and a port");
  }
  if (where.until_s < 0) return fail(ErrorCode::invalid, fmt::format("requests cannot be forwarded until {} s", where.until_s), "give a time after 1970");
  return check_token(where.token);
}

// A way within this ingress is written as a forward that ended long ago, so that no request follows it to another one.
std::string forward_value(const ports::Forward& where) {
  if (where.to != ports::ForwardTo::elsewhere) return fmt::format("{}:0:-:1", model::name_of(ways_within, where.to));
  return fmt::format("{}:{}:{}:{}", where.address, where.port, where.token.reveal(), where.until_s);
}

std::string trust_value(const Secret& token) {
  return sha256_hex(token.reveal());
}

std::vector<TableLine> parse_table(std::string_view text) {
  std::vector<TableLine> lines;
  for (const auto& line : split(text, '\n')) {
    const auto space = line.find(' ');
    const auto colon = line.rfind(':');
    if (space == std::string::npos || colon == std::string::npos || colon < space) continue;
    lines.push_back({line.substr(0, space), line.substr(space + 1, colon - space - 1), line.substr(colon + 1)});
  }
  return lines;
}

std::string table_lines(const std::vector<std::string>& hosts, const TableLine& line) {
  std::string lines;
  for (const auto& host : hosts) lines += fmt::format("{} {}:{}\n", host, line.value, line.key);
  return lines;
}

std::string set_payload(std::string_view table, const std::vector<std::string>& hosts, const TableLine& line) {
  return fmt::format("{} {}\n", table, line.key) + table_lines(hosts, line);
}

std::optional<ports::Forward> parse_forward(std::string_view value) {
  const auto parts = split(value, ':');
  ports::Forward forward;
  if (parts.size() != 4 || !read_number(parts[1], forward.port) || !read_number(parts[3], forward.until_s)) return std::nullopt;
  if (const auto to = model::value_of(ways_within, parts[0])) return ports::Forward{.to = *to};
  forward.address = parts[0];
  forward.token = Secret(parts[2]);
  return forward;
}

std::optional<Held> parse_holds(std::string_view text, std::string_view key) {
  for (const auto& line : split(text, '\n')) {
    const auto words = split(trim(line), ' ');
    if (words.size() != 4 || words[0] != key) continue;
    Held held{.waiting = 0, .held = milliseconds(words[2]), .left = milliseconds(words[3])};
    read_number(words[1], held.waiting);
    return held;
  }
  return std::nullopt;
}

int upgraded_connections(std::string_view text, std::string_view prefix) {
  constexpr std::string_view name = "key=", number = "conn_cur=";
  int all = 0;
  for (const auto& line : split(text, '\n')) {
    bool ours = false;
    for (const std::string_view word : split(line, ' ')) {
      int count = 0;
      if (word.starts_with(name)) ours = word.substr(name.size()).starts_with(prefix);
      if (ours && word.starts_with(number) && read_number(word.substr(number.size()), count)) all += count;
    }
  }
  return all;
}

int requests_in_flight(std::string_view csv, std::string_view prefix) {
  std::optional<std::size_t> column;
  int all = 0;
  for (const auto& line : split(csv, '\n')) {
    const auto fields = split(line, ',');
    if (line.starts_with("# ")) {
      const auto found = std::ranges::find(fields, "scur");
      if (found != fields.end()) column = static_cast<std::size_t>(found - fields.begin());
    }
    int sessions = 0;
    if (!column || !fields.front().starts_with(prefix) || *column >= fields.size()) continue;
    if (read_number(fields[*column], sessions)) all += sessions;
  }
  return all;
}

}  // namespace divio::ingress
