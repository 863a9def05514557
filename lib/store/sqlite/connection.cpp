#include "store/sqlite/connection.hpp"

#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "store/sqlite/failures.hpp"

namespace divio::store {
namespace {

// How long a writer waits for another process's transaction. Those last milliseconds; this is for a disk that hangs.
constexpr std::chrono::seconds patience(10);
constexpr std::chrono::milliseconds between_tries(2);

// Called by SQLite with how often it has tried already; 0 gives up. Its own handler sleeps for up to 100 ms between
// tries, which leaves whoever waits behind others that write again and again.
int try_again(void*, int tries) {
  if (tries >= patience / between_tries) return 0;
  std::this_thread::sleep_for(between_tries);
  return 1;
}

int bind(sqlite3_stmt* statement, int place, const Argument& argument) {
  if (const auto* number = std::get_if<long long>(&argument)) return sqlite3_bind_int64(statement, place, *number);
  // An empty string_view may have no data, which SQLite would take for NULL.
  if (const auto* text = std::get_if<std::string_view>(&argument))
    return sqlite3_bind_text64(statement, place, text->empty() ? "" : text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  if (const auto* blob = std::get_if<Blob>(&argument))
    return sqlite3_bind_blob64(statement, place, blob->bytes.empty() ? "" : blob->bytes.data(), blob->bytes.size(),
                               SQLITE_STATIC);
  return sqlite3_bind_null(statement, place);
}

// Gives a statement back clean, so that it neither holds a lock nor refers to the caller's texts.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}
void Connection::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

bool Row::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
long long Row::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Row::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

Result<Connection> Connection::open(const std::filesystem::path& path) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK) return Failure(describe_failure(handle, code, path.string()));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_handler(handle, try_again, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  // FULL: a write is on disk when it returns. secure_delete: a variable's old value is overwritten with zeros.
  DIVIO_CHECK(connection.script("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON"));
  return connection;
}

Failure Connection::failure(int code) const {
  const char* path = sqlite3_db_filename(handle_.get(), "main");
  return Failure(describe_failure(handle_.get(), code, path == nullptr ? "" : path));
}

Result<sqlite3_stmt*> Connection::prepared(const char* sql) {
  if (const auto known = statements_.find(std::string_view(sql)); known != statements_.end())
    return known->second.get();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return statements_.emplace(sql, statement).first->second.get();
}

Result<void> Connection::each(const char* sql, Arguments arguments,
                              const std::function<Result<void>(const Row&)>& visit) {
  DIVIO_TRY(statement, prepared(sql));
  const Reset reset{statement};
  int place = 0;
  for (const Argument& argument : arguments)
    if (const int code = bind(statement, ++place, argument); code != SQLITE_OK) return failure(code);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) DIVIO_CHECK(visit(Row(statement)));
  if (code != SQLITE_DONE) return failure(code);
  return {};
}

Result<long long> Connection::run(const char* sql, Arguments arguments) {
  DIVIO_CHECK(each(sql, arguments, [](const Row&) { return Result<void>(); }));
  return sqlite3_changes64(handle_.get());
}

Result<void> Connection::script(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

Result<bool> Connection::any(const char* sql, Arguments arguments) {
  DIVIO_TRY(found, first(sql, arguments, [](const Row&) { return Result<bool>(true); }));
  return found.has_value();
}

void Connection::roll_back() noexcept {
  // After a full disk SQLite may have rolled back by itself.
  if (sqlite3_get_autocommit(handle_.get()) == 0) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<Transaction> Transaction::begin(Connection& connection, const char* sql) {
  DIVIO_CHECK(connection.run(sql));
  return Transaction(connection);
}

Result<void> Transaction::commit() {
  DIVIO_CHECK(connection_->run("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace divio::store
