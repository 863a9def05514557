// Operations and their journals in the catalogue.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace divio::store {

// An operation that is not known is not_found. One that has ended stays as it ended: ending it again with the same
// outcome is nothing, with another one, or taking it over, a conflict.
class SqliteJournal final : public ports::Journal {
 public:
  explicit SqliteJournal(Database& database) : database_(database) {}
  // conflict if the id is taken.
  [[nodiscard]] Result<void> begin(const model::Operation& operation) override;
  // record.sequence is ignored: records are numbered from 1 within their operation.
  [[nodiscard]] Result<void> append(const std::string& operation, const model::JournalRecord& record) override;
  [[nodiscard]] Result<void> end(const std::string& operation, model::Outcome outcome, const std::string& summary,
                                 model::TimePoint at) override;
  [[nodiscard]] Result<void> take_over(const std::string& operation, const model::Holder& holder) override;
  [[nodiscard]] Result<std::optional<model::Operation>> operation(const std::string& id) override;
  // A negative limit is none.
  [[nodiscard]] Result<std::vector<model::Operation>> operations(const std::optional<model::EnvironmentKey>& key,
                                                                 int limit) override;
  [[nodiscard]] Result<std::vector<model::JournalRecord>> records(const std::string& operation) override;

 private:
  Database& database_;
};

}  // namespace divio::store
