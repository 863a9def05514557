#include "migration/mariadb/moving.hpp"

#include <fmt/format.h>

#include "migration/mariadb/scripts.hpp"
#include "migration/numbers.hpp"
#include "migration/told.hpp"
#include "services/sql.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::mariadb {
namespace {

using planning::Fence;
using planning::Stream;

// A server that waits for room on its disk answers nothing about following, for as long as that takes.
constexpr std::chrono::seconds for_standing{30};

constexpr int log_is_gone = 1236;  // what it would go on with is not there any more

// A statement that cannot fail has the secret in it; the client shows those that do.
Result<std::string> variable(std::string_view name, const Secret& value) {
  DIVIO_TRY(literal, services::mariadb_literal(value));
  return fmt::format("SET @{} = {};\n", name, literal.reveal());
}

// "*** 1. row ***" begins each of a list.
std::string_view connection_of(std::string_view answer, std::string_view database) {
  constexpr std::string_view row = "***************************";
  for (auto at = answer.find(row); at != std::string_view::npos;) {
    const auto next = answer.find(row, answer.find('\n', at));
    const auto part = answer.substr(at, next == std::string_view::npos ? next : next - at);
    if (Told{part}["Connection_name"] == database) return part;
    at = next;
  }
  return {};
}

LogPosition position(const Told& told, std::string_view file, std::string_view at) { return {std::string(told[file]), number_in<std::uint64_t>(told[at])}; }

void add_connection(Standing& seen, const Told& told) {
  if (told["Master_Host"].empty()) return;  // its server was killed before it had noted down whom to follow
  seen.follows = fmt::format("{}:{}", told["Master_Host"], told["Master_Port"]);
  seen.followed = number_in<unsigned>(told["Master_Server_Id"]);
  seen.applied = position(told, "Relay_Master_Log_File", "Exec_Master_Log_Pos");
  seen.received = position(told, "Master_Log_File", "Read_Master_Log_Pos");
  seen.idle = told["Slave_SQL_Running_State"].starts_with("Slave has read all relay log");
  const bool applies = told["Slave_SQL_Running"] == "Yes";
  const auto receives = told["Slave_IO_Running"];
  if (applies && receives != "No") seen.stream = receives == "Yes" ? Stream::following : Stream::copying;
  if (told["Last_SQL_Errno"] != "0") seen.trouble = told["Last_SQL_Error"];
  else if (number_in<int>(told["Last_IO_Errno"]) == log_is_gone && receives == "No") seen.trouble = told["Last_IO_Error"];
}

}  // namespace

Result<void> prepare(Conversation& side) {
  DIVIO_TRY(answer, side.ask(prepare_script(), "prepare the database for a move"));
  return {};
}

Result<void> begin_attempt(Conversation& side, int attempt) { return side.act(fmt::format("CALL {{schema}}.learn({}, FALSE);", attempt), "tell the database of the attempt"); }

Result<void> end_attempt(Conversation& side, int attempt) { return side.act(fmt::format("CALL {{schema}}.learn({}, TRUE);", attempt), "end the attempt"); }

Result<void> fence(Conversation& side, int attempt, std::chrono::milliseconds patience) {
  return side.act(fmt::format("CALL {{schema}}.admit({}, FALSE);\nCALL {{schema}}.shut_out({});", attempt, patience.count()), "keep writers out of the database");
}

// Of mysql it reads what routines are made of, and of the server's log everything: the server has no right for a part of that.
Result<void> admit_follower(Conversation& from, const Secret& password) {
  DIVIO_TRY(secret, variable("password", password));
  return from.act(secret + R"sql(EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER `{login}`@`%` IDENTIFIED BY ', QUOTE(@password));
SET @password = NULL;
GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `{login}`@`%`;
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON `{database}`.* TO `{login}`@`%`;
GRANT SELECT ON mysql.proc TO `{login}`@`%`;)sql", "make the login for replication");
}

bool reaches(const LogPosition& one, const LogPosition& other) noexcept {
  if (one.file.size() != other.file.size()) return one.file.size() > other.file.size();
  return one.file != other.file ? one.file > other.file : one.at >= other.at;
}

Result<void> follow(Conversation& to, int attempt, const Peer& from, const Secret& password, const LogPosition& begin) {
  DIVIO_TRY(secret, variable("password", password));
  DIVIO_TRY(host, services::mariadb_literal(Secret(from.host)));
  DIVIO_TRY(file, services::mariadb_literal(Secret(begin.file)));
  return to.act(fmt::format("{}CALL {{schema}}.admit({}, TRUE);\nCALL {{schema}}.follow_from({}, {}, @password, {}, {});\nSET @password = NULL;", secret, attempt,
                            host.reveal(), from.port, file.reveal(), begin.at),
                "follow the other server");
}

Result<void> go_on_following(Conversation& to, int attempt) {
  return to.act(fmt::format("CALL {{schema}}.admit({}, TRUE);\nCALL {{schema}}.resume_following();", attempt), "go on following the other server");
}

Result<void> open(Conversation& side, int attempt) { return side.act(fmt::format("CALL {{schema}}.open_side({});", attempt), "let writers into the database"); }

Result<Standing> standing(Conversation& side) {
  DIVIO_TRY(answer, side.ask(standing_script(), "look how the database stands", for_standing));
  return parse_standing(answer, side.names().database);
}

Result<Standing> parse_standing(std::string_view answer, std::string_view database) {
  const Told told{answer};
  if (told["server_id"].empty()) return fail(ErrorCode::failed, "the server gave no answer about how it stands", "run this again");
  Standing seen;
  seen.epoch = {number_in<int>(told["attempt"]), told["ended"] == "1"};
  seen.fence = told["closed"] == "1" ? Fence::up : Fence::down;
  seen.loading = told["loading"] == "1";
  seen.holds_copy = !told["follows"].empty();
  seen.trouble = told["trouble"];
  seen.server = number_in<unsigned>(told["server_id"]);
  seen.written = position(told, "File", "Position");
  seen.noted = position(told, "log_file", "log_position");
  if (const auto connection = connection_of(answer, database); !connection.empty()) add_connection(seen, Told{connection});
  if (seen.loading) seen.stream = Stream::copying;
  return seen;
}

Result<std::uint64_t> bytes(Conversation& side) {
  DIVIO_TRY(answer, side.ask("SELECT COALESCE(SUM(FILE_SIZE), 0) AS bytes FROM information_schema.INNODB_SYS_TABLESPACES WHERE LEFT(NAME, LENGTH('{database}/')) = '{database}/'\\G",
                             "look how large the database is"));
  return number_in<std::uint64_t>(Told{answer}["bytes"]);
}

bool has_all(const Standing& from, const Standing& to) noexcept {
  return from.fence == Fence::up && to.stream == Stream::following && to.followed == from.server && reaches(to.applied, from.noted);
}

bool is_as_far(const Standing& from, const Standing& to) noexcept {
  return to.stream == Stream::following && to.followed == from.server && reaches(to.applied, from.written);
}

std::uint64_t lag(const Standing& from, const Standing& to) noexcept {
  if (to.followed != from.server || reaches(to.applied, from.written)) return 0;
  return from.written.file == to.applied.file ? from.written.at - to.applied.at : from.written.at;
}

}  // namespace divio::migration::mariadb
