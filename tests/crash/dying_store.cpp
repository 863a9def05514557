#include "crash/dying_store.hpp"

#include <signal.h>

#include <atomic>

namespace divio::crash {
namespace {

class DyingStore final : public ports::Store, private ports::Journal {
 public:
  DyingStore(std::unique_ptr<ports::Store> store, int records) : store_(std::move(store)), left_(records) {}

  const std::string& catalogue_id() const override { return store_->catalogue_id(); }
  ports::Projects& projects() override { return store_->projects(); }
  ports::Releases& releases() override { return store_->releases(); }
  ports::VariableStore& variables() override { return store_->variables(); }
  ports::Journal& journal() override { return *this; }
  ports::Leases& leases() override { return store_->leases(); }
  ports::Regions& regions() override { return store_->regions(); }
  ports::Services& services() override { return store_->services(); }
  ports::Settings& settings() override { return store_->settings(); }
  ports::Records& records() override { return store_->records(); }

 private:
  Result<void> begin(const model::Operation& operation) override { return counted(inner().begin(operation)); }
  Result<void> append(const std::string& id, const model::JournalRecord& record) override { return counted(inner().append(id, record)); }
  Result<void> end(const std::string& id, model::Outcome outcome, const std::string& summary, model::TimePoint at) override {
    return counted(inner().end(id, outcome, summary, at));
  }
  Result<void> take_over(const std::string& id, const model::Holder& holder) override { return inner().take_over(id, holder); }
  Result<std::optional<model::Operation>> operation(const std::string& id) override { return inner().operation(id); }
  Result<std::vector<model::Operation>> operations(const std::optional<model::EnvironmentKey>& key, int limit) override {
    return inner().operations(key, limit);
  }
  Result<std::vector<model::JournalRecord>> records(const std::string& id) override { return inner().records(id); }

  ports::Journal& inner() { return store_->journal(); }

  Result<void> counted(Result<void> written) {
    if (--left_ == 0) raise(SIGKILL);
    return written;
  }

  std::unique_ptr<ports::Store> store_;
  std::atomic<int> left_;
};

}  // namespace

std::unique_ptr<ports::Store> make_dying_store(std::unique_ptr<ports::Store> store, int records) {
  return std::make_unique<DyingStore>(std::move(store), records);
}

}  // namespace divio::crash
