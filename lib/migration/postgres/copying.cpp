#include <fmt/format.h>

#include <algorithm>

#include "migration/postgres/moving.hpp"
#include "migration/numbers.hpp"
#include "migration/postgres/scripts.hpp"
#include "services/commands.hpp"
#include "services/instance.hpp"
#include "services/restricted.hpp"
#include "services/server_container.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

constexpr std::size_t most_named = 5;
constexpr std::chrono::hours longest_rest{24};  // of views over all rows

// That the rest of the schema is there is a comment on the subscription.
constexpr std::string_view complete = "complete";

ports::ExecSpec shell(const Side& side, const std::string& script) { return services::administration(side.server, {"sh", "-c", script}); }

// A command's output as an archive, so that it flows from one server to the other.
ports::ArchiveWriter output_of(const Side& side, const std::string& script, std::string_view doing) {
  return [&side, script, doing](const ports::ByteSink& sink) -> Result<void> {
    DIVIO_TRY(ended, services::run_command(side.place.engine, side.server.name, shell(side, script), {{}, sink, side.place.stop}));
    if (ended.code != 0) return Failure(services::failure_of(ended, doing));
    return {};
  };
}

Result<bool> has_subscription(Conversation& side) {
  return side.holds("SELECT EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid"
                    " WHERE datname = current_database() AND subname = '{forward}');", "look at the subscription");
}

// The role is made before anything is put into the target, so it tells whose tables are there.
Result<void> check_target(Conversation& target) {
  DIVIO_TRY(free, target.holds("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') OR NOT EXISTS (SELECT FROM pg_class c"
                                 " JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"
                                 " AND nspname !~ '^(pg_|information_schema$)');", "look whether the target is empty"));
  if (free) return {};
  return fail(ErrorCode::refused, fmt::format("database {} on server '{}' holds data already", target.names().database, target.side().server.name),
              "keep it by a backup, then remove the service there");
}

Result<void> check_identities(Conversation& source) {
  DIVIO_TRY(answer, source.ask(without_identity_script(), "look at the tables"));
  auto tables = split(trim(answer), '\n');
  if (tables.front().empty()) return {};
  const auto count = tables.size();
  if (count > most_named) tables.resize(most_named);
  return fail(ErrorCode::refused,
              fmt::format("the changes of {} table{} cannot be followed: {}{}", count, count == 1 ? "" : "s", join(tables, ", "), count > most_named ? ", ..." : ""),
              fmt::format("give each a primary key, or run: ALTER TABLE {} REPLICA IDENTITY FULL", tables.front()));
}

// Takes the place of whatever the target holds, at once, so it can be done again.
Result<void> make_tables(Conversation& source, Conversation& target) {
  target.close();  // it would be cut
  const auto archive = output_of(source.side(), schema_for_rows(source.names()), "read the schema of the source");
  return services::restore(target.side().place, target.side().server, target.side().instance, archive);
}

Result<std::string> rest_of_schema(Conversation& side) {
  std::string hash;
  const auto keep = [&](std::string_view bytes) -> Result<void> {
    hash += bytes;
    return {};
  };
  DIVIO_CHECK(output_of(side.side(), schema_after_rows_hash(side.names()), "compare the schemas")(keep));
  return hash;
}

// All of it or nothing, as the tenant: a schema can hold any statement.
Result<void> make_rest(Conversation& source, Conversation& target) {
  const auto& side = target.side();
  const std::string doing = "make the indexes of the target";
  const auto spec = services::administration(
      side.server, {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-o", "/dev/null", "-U", target.names().login, "-d",
                    target.names().database, "-c", "SET statement_timeout = 0; SET lock_timeout = 0", "-f", "-"});
  const auto schema = output_of(source.side(), schema_after_rows(source.names()), "read the schema of the source");
  const ports::ArchiveWriter restricted = [&](const ports::ByteSink& sink) -> Result<void> {
    services::RestrictedDump dump(random_hex(16), sink);
    DIVIO_CHECK(schema([&](std::string_view bytes) { return dump.write(bytes); }));
    return dump.finish();
  };
  DIVIO_TRY(ended, services::run_command(side.place.engine, side.server.name, spec, {restricted, {}, side.place.stop}));
  if (ended.code != 0) return Failure(services::failure_of(ended, doing));
  return {};
}

Failure no_answer() { return fail(ErrorCode::failed, "the server gave no answer about the copying", "run this again"); }

}  // namespace

Result<void> admit_login(Conversation& target) {
  DIVIO_TRY(admitted, target.ask(login_opening_script(), "let the application read the target"));
  return {};
}

Result<void> begin_copying(Conversation& source, Conversation& target, const Peer& source_peer) {
  DIVIO_TRY(shut, target.ask(login_closing_script(), "close the target to its application"));
  DIVIO_TRY(begun, has_subscription(target));
  if (begun) return {};
  if (auto free = check_target(target); !free) {
    DIVIO_CHECK(admit_login(target));
    return free;
  }
  DIVIO_CHECK(check_identities(source));
  DIVIO_TRY(tools, source.ask(tools_script(), "prepare the source"));
  DIVIO_TRY(published, source.ask(publication_script("{forward}"), "publish the source's tables"));
  const auto password = services::new_password();
  DIVIO_TRY(role, source.ask(role_script(password, random_hex(8)), "make the login for replication"));
  DIVIO_TRY(sign, target.ask(role_script(services::new_password(), random_hex(8)), "make the login for replication"));
  DIVIO_CHECK(make_tables(source, target));
  DIVIO_TRY(same_tools, target.ask(tools_script(), "prepare the target"));
  // The restored database is another one, in which the role may nothing yet.
  DIVIO_TRY(sign_again, target.ask(role_script(services::new_password(), random_hex(8)), "make the login for replication"));
  DIVIO_TRY(prompt, target.ask(prompt_start_script(), "prepare the target"));
  DIVIO_TRY(removed, source.ask(slot_removal("slot_name = '{forward}'"), "remove a slot that an earlier attempt left"));
  DIVIO_TRY(copying, target.ask(forward_script(connection_string(source.names(), source_peer, password)), "begin to copy"));
  return {};
}

Result<std::uint64_t> bytes(Conversation& side) {
  return side.ask("SELECT pg_database_size(current_database());", "look how large the database is").map([](const std::string& answer) { return number_in<std::uint64_t>(trim(answer)); });
}

Result<Progress> progress(Conversation& source, Conversation& target) {
  DIVIO_TRY(there, source.ask("SELECT pg_database_size(current_database()), (SELECT coalesce(sum(pg_relation_size(indexrelid)), 0) FROM pg_index"
                              " JOIN pg_class c ON c.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT (indisprimary OR indisreplident)"
                              " AND nspname !~ '^(pg_|information_schema$)'), greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0),"
                              " wal_status FROM pg_replication_slots WHERE slot_name = '{forward}';", "look at the source's slot"));
  DIVIO_TRY(here, target.ask(fmt::format("SELECT count(*), count(*) FILTER (WHERE srsubstate = 'r'), pg_database_size(current_database()),"
                                         " (SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables),"
                                         " bool_or(subenabled) AND obj_description(max(s.oid), 'pg_subscription') IS NOT DISTINCT FROM '{}'"
                                         " FROM pg_subscription s LEFT JOIN pg_subscription_rel r ON srsubid = s.oid WHERE subname = '{{forward}}';", complete),
                             "look at the copying"));
  const auto slot = split(trim(there), '\t');
  const auto words = split(trim(here), '\t');
  if (slot.size() != 4 || words.size() != 5) return no_answer();
  if (slot[3] == "lost")
    return fail(ErrorCode::failed, fmt::format("server '{}' has let go changes that the target had not read yet", source.side().server.name),
                "abort this migration and begin a new one, with max_slot_wal_keep_size raised or fewer writes meanwhile");
  Progress seen;
  seen.tables = number_in<unsigned>(words[0]);
  seen.copied = number_in<unsigned>(words[1]);
  const auto all = number_in<std::uint64_t>(slot[0]);
  seen.bytes = seen.all_copied() ? all : all - std::min(all, number_in<std::uint64_t>(slot[1]));
  seen.here = number_in<std::uint64_t>(words[2]);
  seen.rows = number_in<std::uint64_t>(words[3]);
  seen.lag_bytes = number_in<std::uint64_t>(slot[2]);
  seen.following = words[4] == "t" && seen.all_copied();
  return seen;
}

Result<void> finish_copying(Conversation& source, Conversation& target) {
  DIVIO_TRY(seen, progress(source, target));
  if (seen.following) return {};
  if (!seen.all_copied())
    return fail(ErrorCode::conflict, fmt::format("{} of {} tables are copied", seen.copied, seen.tables), "wait until all are");
  DIVIO_TRY(wanted, rest_of_schema(source));
  DIVIO_TRY(found, rest_of_schema(target));
  if (wanted != found) {
    // At rest, for the two would wait for each other; with as much room for temporary files as indexes need.
    DIVIO_TRY(rest, target.ask("ALTER SUBSCRIPTION {forward} DISABLE;\nALTER ROLE {login} IN DATABASE {database} SET temp_file_limit = -1;", "let following rest"));
    DIVIO_CHECK(make_rest(source, target));
  }
  DIVIO_TRY(ended, target.ask(fmt::format("SELECT format('REFRESH MATERIALIZED VIEW %I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n\n"
                                          "    ON n.oid = relnamespace WHERE relkind = 'm' AND NOT relispopulated ORDER BY c.oid\n\\gexec\n"
                                          "ANALYZE;\nALTER ROLE {{login}} IN DATABASE {{database}} RESET temp_file_limit;\n"
                                          "COMMENT ON SUBSCRIPTION {{forward}} IS '{}';\nALTER SUBSCRIPTION {{forward}} ENABLE;", complete),
                              "follow the source", longest_rest));
  return {};
}

}  // namespace divio::migration::postgres
