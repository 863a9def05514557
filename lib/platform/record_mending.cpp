#include "platform/record_mending.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "controller/records.hpp"
#include "platform/within.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

constexpr auto mending_patience = std::chrono::seconds(2);

// Shared with a thread that may outlive the wait: it holds an engine of its own.
struct Mending {
  std::unique_ptr<ports::Engine> engine;
  controller::RecordKeeper keeper;
  std::optional<controller::RecordVolume> wanted;
  std::mutex mutex;
  std::condition_variable ended;
  bool over = false;
};

void put_in_order(const std::shared_ptr<Mending>& mending) {
  static_cast<void>(controller::put_record(mending->engine->volumes(), mending->keeper, mending->wanted));
  const std::scoped_lock lock(mending->mutex);
  mending->over = true;
  mending->ended.notify_all();
}

Result<std::shared_ptr<Mending>> begin(PlatformParts& parts, const model::EnvironmentKey& key) {
  DIVIO_TRY(releases, parts.store->releases().releases(key));
  if (releases.empty()) return std::shared_ptr<Mending>();
  DIVIO_TRY(runtime, runtime_of(parts, key));
  DIVIO_TRY(record, controller::record_of(*runtime, key));
  if (!record) return std::shared_ptr<Mending>();
  DIVIO_TRY(wanted, controller::record_volume(*runtime, *record));
  DIVIO_TRY(engine, parts.wiring.engine(runtime->region));
  auto keeper = controller::keeper_of(*runtime, key);
  return std::shared_ptr<Mending>(new Mending{std::move(engine), std::move(keeper), std::move(wanted), {}, {}, false});
}

}  // namespace

void mend_record(PlatformParts& parts, const model::EnvironmentKey& key) {
  const auto mending = begin(parts, key);
  if (!mending || !*mending) return;
  std::thread worker(put_in_order, *mending);
  std::unique_lock lock((*mending)->mutex);
  const bool over = (*mending)->ended.wait_for(lock, mending_patience, [&] { return (*mending)->over; });
  lock.unlock();
  if (over) worker.join();
  else worker.detach();  // an engine that does not answer is not waited for
}

}  // namespace divio
