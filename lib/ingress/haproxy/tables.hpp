// Texts of the tables that the program in the ingress's container keeps (tables_program.hpp). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingress/haproxy/layout.hpp"
#include "ports/traffic.hpp"

namespace divio::ingress {

// "shop.live": an environment in these tables.
[[nodiscard]] std::string table_key(const model::EnvironmentKey& key);

[[nodiscard]] Result<void> check_bounds(const ports::HoldBounds& bounds);
[[nodiscard]] Result<void> check_forward(const ports::Forward& where);
[[nodiscard]] Result<void> check_token(const Secret& token);

// What a host's line says beside the host, without the environment.
[[nodiscard]] std::string forward_value(const ports::Forward& where);
[[nodiscard]] std::string trust_value(const Secret& token);

struct TableLine {
  std::string host;
  std::string value;
  std::string key;
};
[[nodiscard]] std::vector<TableLine> parse_table(std::string_view text);
// The lines that say this for each host.
[[nodiscard]] std::string table_lines(const std::vector<std::string>& hosts, const TableLine& line);
// The payload of the verb `set`.
[[nodiscard]] std::string set_payload(std::string_view table, const std::vector<std::string>& hosts,
                                      const TableLine& line);

// nullopt where the text is none of forward_value().
[[nodiscard]] std::optional<ports::Forward> parse_forward(std::string_view value);

// An environment's hold in the answers of `divio holds`.
struct Held {
  int waiting = 0;
  std::chrono::milliseconds held{0};
  std::chrono::milliseconds left{0};
};
[[nodiscard]] std::optional<Held> parse_holds(std::string_view text, std::string_view key);

// Requests in flight of those backends whose names begin with `prefix`, of `show stat -1 2 -1`.
[[nodiscard]] int requests_in_flight(std::string_view csv, std::string_view prefix);

// Connections that left HTTP in those backends, of `show table divio.upgraded`.
inline constexpr std::string_view upgraded_table = "divio.upgraded";
[[nodiscard]] int upgraded_connections(std::string_view text, std::string_view prefix);

}  // namespace divio::ingress
