#include "controller/operation_run.hpp"

#include <fmt/format.h>

#include <array>
#include <functional>

#include "controller/migrations.hpp"
#include "controller/records.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

// Sorts by time: ten characters of milliseconds in Crockford's base 32, then six random ones.
std::string new_operation_id(model::TimePoint now) {
  constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
  auto time = static_cast<unsigned long long>(now.time_since_epoch().count());
  std::string id(10, '0');
  for (auto place = id.rbegin(); place != id.rend(); ++place, time /= 32) *place = digits[time % 32];
  for (const char c : random_hex(6).substr(0, 6)) id += c;
  return id;
}

ports::Lease lease_for(const Runtime& runtime, const model::EnvironmentKey& key, model::OperationKind kind,
                       const std::string& id) {
  return {is_beside(kind) ? backups_subject(key) : lease_subject(key), runtime.holder, fmt::format("{}, operation {}", to_string(kind), id), {}};
}

}  // namespace

std::string lease_subject(const model::EnvironmentKey& key) {
  return "environment " + key.project.str() + "/" + key.environment.str();
}

std::string backups_subject(const model::EnvironmentKey& key) {
  return "backups of " + key.project.str() + "/" + key.environment.str();
}

Result<std::vector<model::Operation>> interrupted(Runtime& runtime, const model::EnvironmentKey& key, bool beside) {
  DIVIO_TRY(operations, runtime.store.journal().operations(key, 50));
  std::erase_if(operations, [&](const auto& o) { return o.outcome != model::Outcome::running || is_beside(o.kind) != beside; });
  return operations;
}

namespace {

// As long for the engine's lease as there is left of the time to wait.
Result<std::unique_ptr<EngineLease>> show_on_engine(Runtime& runtime, const ports::Lease& lease, const model::EnvironmentKey& key,
                                                    const Call& call, model::TimePoint began) {
  const auto left = call.lock_wait - (runtime.clock.now() - began);
  DIVIO_TRY(shown, EngineLease::acquire(runtime, {key, runtime.store.catalogue_id(), lease.holder.person, lease.reason},
                                        std::chrono::duration_cast<std::chrono::milliseconds>(left), call));
  // Only now nobody can take it over any more.
  DIVIO_CHECK(check_keeper(runtime, key));
  return shown;
}

}  // namespace

OperationRun::OperationRun(Runtime& runtime, const model::Operation& operation, const Call& call, std::unique_ptr<HeldLease> lease)
    : runtime_(runtime), id_(operation.id), key_(operation.key), listener_(call.listener), lease_(std::move(lease)), timeout_(call.timeout) {
  const std::function<void()> request_stop = [this] { stop_.request_stop(); };
  on_cancel_.emplace(call.stop, request_stop);
  on_lost_.emplace(lease_->lost(), request_stop);
  if (timeout_.count() > 0) watch_timeout(timeout_);
}

void OperationRun::watch(std::unique_ptr<EngineLease> lease) {
  engine_lease_ = std::move(lease);
  if (!engine_lease_) return;
  const std::function<void()> request_stop = [this] { stop_.request_stop(); };
  on_engine_lost_.emplace(engine_lease_->lost(), request_stop);
}

void OperationRun::watch_timeout(std::chrono::milliseconds timeout) {
  timer_ = std::jthread([this, timeout](std::stop_token ended) {
    if (!runtime_.clock.sleep(timeout, ended)) return;
    timed_out_ = true;
    stop_.request_stop();
  });
}

Result<std::unique_ptr<OperationRun>> OperationRun::begin(Runtime& runtime, model::OperationKind kind,
                                                          const model::EnvironmentKey& key, const std::string& request,
                                                          const Call& call) {
  const bool changes = kind != model::OperationKind::build && !is_beside(kind);
  const bool shown = changes && !call.without_engine;
  if (shown) runtime.ingress.prepare();
  const auto began = runtime.clock.now();
  const auto id = new_operation_id(began);
  const auto wanted = lease_for(runtime, key, kind, id);
  DIVIO_TRY(lease, HeldLease::acquire(runtime, wanted, call.lock_wait, call));
  DIVIO_CHECK(check_not_moving(runtime.store, key, kind));
  if (changes && kind != model::OperationKind::migrate) DIVIO_CHECK(check_set(runtime.store, key, runtime.generations));
  std::unique_ptr<EngineLease> engine_lease;
  if (shown) {
    DIVIO_ASSIGN(engine_lease, show_on_engine(runtime, wanted, key, call, began));
  }
  DIVIO_TRY(cut_short, interrupted(runtime, key, is_beside(kind)));
  for (const auto& operation : cut_short)
    DIVIO_CHECK(runtime.store.journal().end(operation.id, model::Outcome::superseded,
                                            fmt::format("cut short; {} {} took over", to_string(kind), id),
                                            runtime.clock.now()));
  model::Operation operation{.id = id, .kind = kind, .key = key, .request = request, .holder = runtime.holder,
                             .began_at = runtime.clock.now()};
  DIVIO_CHECK(runtime.store.journal().begin(operation));
  std::unique_ptr<OperationRun> run(new OperationRun(runtime, operation, call, std::move(lease)));
  run->watch(std::move(engine_lease));
  return run;
}

Result<std::unique_ptr<OperationRun>> OperationRun::resume(Runtime& runtime, const model::Operation& operation,
                                                           const Call& call) {
  const auto began = runtime.clock.now();
  const auto wanted = lease_for(runtime, operation.key, operation.kind, operation.id);
  DIVIO_TRY(lease, HeldLease::acquire(runtime, wanted, call.lock_wait, call));
  DIVIO_TRY(engine_lease, show_on_engine(runtime, wanted, operation.key, call, began));
  // It may have ended, or been superseded, before the lease was ours.
  DIVIO_TRY(now, runtime.store.journal().operation(operation.id));
  if (!now || now->outcome != model::Outcome::running)
    return fail(ErrorCode::conflict, fmt::format("operation {} is not interrupted", operation.id),
                fmt::format("divioctl operation show {} says how it ended", operation.id));
  DIVIO_CHECK(runtime.store.journal().take_over(operation.id, runtime.holder));
  std::unique_ptr<OperationRun> run(new OperationRun(runtime, operation, call, std::move(lease)));
  run->watch(std::move(engine_lease));
  return run;
}

Error OperationRun::stop_reason() const {
  if (timed_out_)
    return {ErrorCode::timed_out, fmt::format("the operation took longer than {} s", timeout_.count() / 1000),
            "give it more with --timeout", {}};
  if (lease_->lost().stop_requested() || (engine_lease_ && engine_lease_->lost().stop_requested()))
    return {ErrorCode::conflict, "somebody else has taken the environment over while this operation stood still",
            "divioctl operation list shows who", {}};
  return {ErrorCode::cancelled, "the operation was cancelled", {}, {}};
}

void OperationRun::tell(const Event& event) {
  if (!listener_) return;
  const std::lock_guard lock(telling_);
  listener_(event);
}

Result<void> OperationRun::record(const std::string& event, const std::string& subject, const std::string& detail) {
  acted_ = acted_ || event == "step-began";
  return runtime_.store.journal().append(id_, {0, event, subject, detail, runtime_.clock.now()});
}

void OperationRun::keep_record() {
  if (!engine_lease_ || record_.valid()) return;
  record_ = std::async(std::launch::async, [this] { return controller::keep_record(runtime_, keeper_of(runtime_, key_)); });
}

void OperationRun::finish_record() {
  if (!engine_lease_) return;
  const auto begun = record_.valid() ? record_.get() : Result<std::string>(std::string());
  const auto kept = controller::keep_record(runtime_, keeper_of(runtime_, key_), begun.value_or(std::string()));
  if (!kept) tell(Notice{Notice::Level::warning, "the engine's record of the environment is not up to date: " + kept.error().message});
}

Result<void> OperationRun::end(model::Outcome outcome, const std::string& summary) {
  if (outcome == model::Outcome::succeeded || acted_) finish_record();  // else nothing was changed, and the engine may be gone
  return runtime_.store.journal().end(id_, outcome, summary, runtime_.clock.now());
}

}  // namespace divio::controller
