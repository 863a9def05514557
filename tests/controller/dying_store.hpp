// A store under which the process dies.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/world.hpp"

namespace divio::controller::testing {

// A store whose journal lets a number of records through. From then on the process counts as gone: nothing it tries has
// an effect any more, on the journal, the engine or the ingress.
class DyingStore final : public ports::Store, private ports::Journal {
 public:
  DyingStore(World& world, int records_left) : world_(world), store_(*world.store), left_(records_left) {}
  ~DyingStore() override {
    world_.engine.revive();
    world_.ingress.fail_with({});
  }
  [[nodiscard]] bool gone() const { return left_ <= 0; }
  const std::string& catalogue_id() const override { return store_.catalogue_id(); }
  ports::Projects& projects() override { return store_.projects(); }
  ports::Releases& releases() override { return store_.releases(); }
  ports::VariableStore& variables() override { return store_.variables(); }
  ports::Journal& journal() override { return *this; }
  ports::Leases& leases() override { return store_.leases(); }
  ports::Regions& regions() override { return store_.regions(); }
  ports::Services& services() override { return store_.services(); }
  ports::Settings& settings() override { return store_.settings(); }
  ports::Records& records() override { return store_.records(); }

 private:
  Result<void> begin(const model::Operation& operation) override {
    auto mine = operation;
    mine.holder.process = 999999999;  // a process that is gone
    return counted([&] { return store_.journal().begin(mine); });
  }
  Result<void> append(const std::string& id, const model::JournalRecord& record) override {
    return counted([&] { return store_.journal().append(id, record); });
  }
  Result<void> end(const std::string& id, model::Outcome outcome, const std::string& summary, model::TimePoint at) override {
    return counted([&] { return store_.journal().end(id, outcome, summary, at); });
  }
  Result<void> take_over(const std::string& id, const model::Holder& holder) override { return store_.journal().take_over(id, holder); }
  Result<std::optional<model::Operation>> operation(const std::string& id) override { return store_.journal().operation(id); }
  Result<std::vector<model::Operation>> operations(const std::optional<model::EnvironmentKey>& key, int limit) override {
    return store_.journal().operations(key, limit);
  }
  Result<std::vector<model::JournalRecord>> records(const std::string& id) override { return store_.journal().records(id); }

  Result<void> counted(const std::function<Result<void>()>& write) {
    const int left = --left_;
    if (left < 0) return fail(ErrorCode::unreachable, "gone");
    auto written = write();
    if (left > 0) return written;
    world_.engine.die();
    world_.ingress.fail_with([](const std::string&) -> Result<void> { return fail(ErrorCode::unreachable, "gone"); });
    return fail(ErrorCode::unreachable, "gone");
  }

  World& world_;
  ports::Store& store_;
  std::atomic<int> left_;
};

}  // namespace divio::controller::testing
