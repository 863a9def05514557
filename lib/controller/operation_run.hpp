// One operation while it is carried out: its journal, its lease, its progress, and when it has to stop.
#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "controller/engine_lease.hpp"
#include "controller/runtime.hpp"

namespace divio::controller {

// Keeps a lease alive from a thread of its own: renewed every 5 s for 15 s, given back on destruction. When the lease is
// lost to somebody else, `stop()` is requested.
class HeldLease {
 public:
  // Waits up to `wait` for a lease that somebody holds, telling `listener` once.
  [[nodiscard]] static Result<std::unique_ptr<HeldLease>> acquire(Runtime& runtime, ports::Lease lease,
                                                                  std::chrono::milliseconds wait, const Call& call);
  ~HeldLease();
  HeldLease(const HeldLease&) = delete;
  HeldLease& operator=(const HeldLease&) = delete;

  [[nodiscard]] std::stop_token lost() const { return lost_.get_token(); }

 private:
  HeldLease(Runtime& runtime, ports::Lease lease);
  void renew(std::stop_token stop);

  Runtime& runtime_;
  ports::Lease lease_;
  std::stop_source lost_;
  std::jthread renewal_;
};

// Safe from several threads. An operation that is not ended when it is destroyed stays `running` in the journal, as
// after a crash, and can be resumed.
class OperationRun {
 public:
  // Takes the environment's lease and writes the intent. Operations on the environment that were cut short are marked
  // superseded: the plan of this one undoes or finishes what they left.
  [[nodiscard]] static Result<std::unique_ptr<OperationRun>> begin(Runtime& runtime, model::OperationKind kind,
                                                                   const model::EnvironmentKey& key,
                                                                   const std::string& request, const Call& call);
  // Goes on with an operation that was cut short.
  [[nodiscard]] static Result<std::unique_ptr<OperationRun>> resume(Runtime& runtime, const model::Operation& operation,
                                                                    const Call& call);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

  // The error to end with when stop() was requested: cancelled, timed_out, or conflict for a lost lease.
  [[nodiscard]] Error stop_reason() const;

  // Whether a step was begun, so that something may have been done.
  [[nodiscard]] bool has_acted() const noexcept { return acted_; }

  void tell(const Event& event);
  [[nodiscard]] Result<void> record(const std::string& event, const std::string& subject = {},
                                    const std::string& detail = {});
  // Begins to write the environment's record (records.hpp) beside what goes on; a change that is committed calls it.
  void keep_record();
  // Ends the operation, with the record as it is then.
  [[nodiscard]] Result<void> end(model::Outcome outcome, const std::string& summary);

 private:
  OperationRun(Runtime& runtime, const model::Operation& operation, const Call& call, std::unique_ptr<HeldLease> lease);
  void watch(std::unique_ptr<EngineLease> lease);
  void watch_timeout(std::chrono::milliseconds timeout);
  void finish_record();

  Runtime& runtime_;
  std::string id_;
  model::EnvironmentKey key_;
  Listener listener_;
  std::mutex telling_;
  std::unique_ptr<HeldLease> lease_;
  std::unique_ptr<EngineLease> engine_lease_;  // absent for a build, which changes nothing that others could change too, and without an engine
  std::stop_source stop_;
  std::atomic<bool> timed_out_ = false;
  std::atomic<bool> acted_ = false;
  std::chrono::milliseconds timeout_;
  std::optional<std::stop_callback<std::function<void()>>> on_cancel_;
  std::optional<std::stop_callback<std::function<void()>>> on_lost_;
  std::optional<std::stop_callback<std::function<void()>>> on_engine_lost_;
  std::jthread timer_;
  std::future<Result<std::string>> record_;  // the last: it ends before the leases do
};

// Changes of an environment that nobody carries out any more: running in the journal, their holder gone. To be asked
// while the environment's lease is held. With `beside`: those that go on beside changes, while their lease is held.
[[nodiscard]] Result<std::vector<model::Operation>> interrupted(Runtime& runtime, const model::EnvironmentKey& key,
                                                                 bool beside = false);

// "environment shop/live"
[[nodiscard]] std::string lease_subject(const model::EnvironmentKey& key);

// Backups and their drills change nothing of an environment: they go on beside its changes, one at a time, by a lease of
// their own.
[[nodiscard]] constexpr bool is_beside(model::OperationKind kind) noexcept {
  return kind == model::OperationKind::backup_create || kind == model::OperationKind::backup_verify;
}
// "backups of shop/live"
[[nodiscard]] std::string backups_subject(const model::EnvironmentKey& key);

}  // namespace divio::controller
