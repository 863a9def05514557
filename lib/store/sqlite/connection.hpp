// SQLite as values: a connection, its statements, a transaction. Errors are Results with words for people; no
// statement's values ever appear in them. One connection belongs to one thread at a time (database.hpp sees to that).
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "divio/result.hpp"
#include "support/try.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace divio::store {

struct Blob {
  std::string_view bytes;
};

// What takes the place of a '?'. Texts are not copied: they have to live until the call returns.
using Argument = std::variant<std::nullptr_t, long long, std::string_view, Blob>;
using Arguments = std::initializer_list<Argument>;

// The row a statement stands on; columns are counted from 0. What it gives is a copy.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] bool null(int column) const;
  [[nodiscard]] long long number(int column) const;
  [[nodiscard]] int whole(int column) const { return static_cast<int>(number(column)); }
  [[nodiscard]] std::string text(int column) const;  // of texts and blobs

 private:
  sqlite3_stmt* statement_;
};

class Connection {
 public:
  // Opens a database that exists, for reading and writing. Writes nothing.
  [[nodiscard]] static Result<Connection> open(const std::filesystem::path& path);

  // Carries out one statement; gives how many rows it changed.
  Result<long long> run(const char* sql, Arguments arguments = {});

  // Carries out several statements without arguments.
  Result<void> script(const char* sql);

  // What `read` (Row -> Result<T>) makes of every row.
  template <class Read>
  auto all(const char* sql, Arguments arguments, Read read) {
    using Value = typename std::invoke_result_t<Read&, const Row&>::value_type;
    std::vector<Value> values;
    auto done = each(sql, arguments, [&](const Row& row) -> Result<void> {
      DIVIO_TRY(value, read(row));
      values.push_back(std::move(value));
      return {};
    });
    return done ? Result<std::vector<Value>>(std::move(values)) : Failure(std::move(done).error());
  }

  // The same for the first row; nullopt if there is none.
  template <class Read>
  auto first(const char* sql, Arguments arguments, Read read) {
    using Found = std::optional<typename std::invoke_result_t<Read&, const Row&>::value_type>;
    auto values = all(sql, arguments, std::move(read));
    if (!values) return Result<Found>(Failure(std::move(values).error()));
    return Result<Found>(values->empty() ? Found() : Found(std::move(values->front())));
  }

  [[nodiscard]] Result<bool> any(const char* sql, Arguments arguments);

  // Ends a transaction without its changes; nothing if there is none.
  void roll_back() noexcept;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  explicit Connection(sqlite3* handle) : handle_(handle) {}
  Result<void> each(const char* sql, Arguments arguments, const std::function<Result<void>(const Row&)>& visit);
  Result<sqlite3_stmt*> prepared(const char* sql);
  Failure failure(int code) const;

  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, Statement, std::less<>> statements_;  // kept, and finalised before the handle closes
};

// Rolls back when it goes out of scope without commit().
class Transaction {
 public:
  // `sql` is "BEGIN", or "BEGIN IMMEDIATE" to write.
  [[nodiscard]] static Result<Transaction> begin(Connection& connection, const char* sql);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() {
    if (connection_ != nullptr) connection_->roll_back();
  }
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace divio::store
