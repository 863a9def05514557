#include "store/sqlite/journal.hpp"

#include <fmt/format.h>

#include "store/sqlite/columns.hpp"

namespace divio::store {
namespace {

#define DIVIO_SELECT_OPERATIONS                                                                                 \
  "SELECT id, kind, project, environment, request, machine, boot, process, process_started, person, began_at, " \
  "ended_at, outcome, summary FROM operations "
constexpr const char* select_operation = DIVIO_SELECT_OPERATIONS "WHERE id = ?";
constexpr const char* select_operations = DIVIO_SELECT_OPERATIONS "ORDER BY began_at DESC, id DESC LIMIT ?";
constexpr const char* select_of_environment =
    DIVIO_SELECT_OPERATIONS "WHERE project = ? AND environment = ? ORDER BY began_at DESC, id DESC LIMIT ?";
#undef DIVIO_SELECT_OPERATIONS

Result<model::Operation> read_operation(const Row& row) {
  const auto kind = model::parse_operation_kind(row.text(1));
  if (!kind) return unknown_value("operations", row.text(1));
  const auto outcome = model::parse_outcome(row.text(12));
  if (!outcome) return unknown_value("operations", row.text(12));
  DIVIO_TRY(key, read_key(row, 2));
  return model::Operation{.id = row.text(0),
                          .kind = *kind,
                          .key = std::move(key),
                          .request = row.text(4),
                          .holder = read_holder(row, 5),
                          .began_at = read_time(row, 10),
                          .ended_at = row.null(11) ? std::nullopt : std::optional(read_time(row, 11)),
                          .outcome = *outcome,
                          .summary = row.text(13)};
}

Result<model::JournalRecord> read_record(const Row& row) {
  return model::JournalRecord{row.number(0), row.text(1), row.text(2), row.text(3), read_time(row, 4)};
}

Result<model::Operation> require_operation(Connection& connection, const std::string& id) {
  DIVIO_TRY(found, connection.first(select_operation, {id}, read_operation));
  if (found) return *std::move(found);
  return fail(ErrorCode::not_found, fmt::format("there is no operation {}", id), "see `divioctl operation list`");
}

Failure has_ended(const model::Operation& operation) {
  return fail(ErrorCode::conflict,
              fmt::format("the operation {} has ended already: {}", operation.id, model::to_string(operation.outcome)),
              fmt::format("see `divioctl operation show {}`", operation.id));
}

Result<void> insert_operation(Connection& connection, const model::Operation& operation) {
  const Argument ended = operation.ended_at ? Argument(milliseconds(*operation.ended_at)) : Argument(nullptr);
  DIVIO_CHECK(connection.run(
      "INSERT INTO operations (id, kind, project, environment, request, machine, boot, process, process_started, "
      "person, began_at, ended_at, outcome, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {operation.id, model::to_string(operation.kind), operation.key.project.str(), operation.key.environment.str(),
       operation.request, operation.holder.machine, operation.holder.boot, operation.holder.process,
       operation.holder.process_started, operation.holder.person, milliseconds(operation.began_at), ended,
       model::to_string(operation.outcome), operation.summary}));
  return {};
}

}  // namespace

Result<void> SqliteJournal::begin(const model::Operation& operation) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(taken, connection.any("SELECT 1 FROM operations WHERE id = ?", {operation.id}));
    if (taken)
      return fail(ErrorCode::conflict, fmt::format("there is an operation {} already", operation.id), "try again");
    return insert_operation(connection, operation);
  });
}

Result<void> SqliteJournal::append(const std::string& operation, const model::JournalRecord& record) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(added,
              connection.run("INSERT INTO journal (operation, sequence, event, subject, detail, at) "
                             "SELECT id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM journal WHERE operation = id), "
                             "?, ?, ?, ? FROM operations WHERE id = ?",
                             {record.event, record.subject, record.detail, milliseconds(record.at), operation}));
    if (added == 0) DIVIO_CHECK(require_operation(connection, operation));
    return {};
  });
}

Result<void> SqliteJournal::end(const std::string& operation, model::Outcome outcome, const std::string& summary,
                                model::TimePoint at) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(known, require_operation(connection, operation));
    if (known.ended_at) return known.outcome == outcome ? Result<void>() : has_ended(known);
    DIVIO_CHECK(connection.run("UPDATE operations SET outcome = ?, summary = ?, ended_at = ? WHERE id = ?",
                               {model::to_string(outcome), summary, milliseconds(at), operation}));
    return {};
  });
}

Result<void> SqliteJournal::take_over(const std::string& operation, const model::Holder& holder) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(known, require_operation(connection, operation));
    if (known.ended_at) return has_ended(known);
    DIVIO_CHECK(connection.run(
        "UPDATE operations SET machine = ?, boot = ?, process = ?, process_started = ?, "
        "person = ? WHERE id = ?",
        {holder.machine, holder.boot, holder.process, holder.process_started, holder.person, operation}));
    return {};
  });
}

Result<std::optional<model::Operation>> SqliteJournal::operation(const std::string& id) {
  return database_.read([&](Connection& connection) { return connection.first(select_operation, {id}, read_operation); });
}

Result<std::vector<model::Operation>> SqliteJournal::operations(const std::optional<model::EnvironmentKey>& key,
                                                                int limit) {
  return database_.read([&](Connection& connection) {
    if (!key) return connection.all(select_operations, {limit}, read_operation);
    return connection.all(select_of_environment, {key->project.str(), key->environment.str(), limit}, read_operation);
  });
}

Result<std::vector<model::JournalRecord>> SqliteJournal::records(const std::string& operation) {
  return database_.read([&](Connection& connection) {
    return connection.all(
        "SELECT sequence, event, subject, detail, at FROM journal WHERE operation = ? ORDER BY sequence", {operation},
        read_record);
  });
}

}  // namespace divio::store
