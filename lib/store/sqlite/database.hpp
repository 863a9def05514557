// The catalogue's connection, shared by threads: one piece of work at a time, each in a transaction of its own.
#pragma once

#include <mutex>
#include <type_traits>
#include <utility>

#include "store/sqlite/connection.hpp"

namespace divio::store {

// Safe from any thread. Work takes the Connection, gives a Result, and must not use the Database again.
class Database {
 public:
  explicit Database(Connection connection) : connection_(std::move(connection)) {}

  // Work that only reads: sees one state of the catalogue from beginning to end, and waits for no writer.
  template <class Work>
  auto read(Work work) {
    return within("BEGIN", work);
  }

  // Work that writes: alone among all processes, on disk as a whole when this returns, or not at all if it fails.
  // Immediate, because a transaction that starts by reading cannot always become a writer.
  template <class Work>
  auto write(Work work) {
    return within("BEGIN IMMEDIATE", work);
  }

 private:
  template <class Work>
  std::invoke_result_t<Work&, Connection&> within(const char* begin, Work& work) {
    const std::scoped_lock lock(mutex_);
    DIVIO_TRY(transaction, Transaction::begin(connection_, begin));
    auto outcome = work(connection_);
    if (!outcome) return outcome;
    DIVIO_CHECK(transaction.commit());
    return outcome;
  }

  std::mutex mutex_;
  Connection connection_;
};

}  // namespace divio::store
