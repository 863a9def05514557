#include <condition_variable>
#include <mutex>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "support/try.hpp"
#include "wire/events_json.hpp"

namespace divio::cli {
namespace {

struct WatchOptions {
  bool watch = false;
  std::chrono::milliseconds interval{30'000};

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> WatchOptions::fields() {
  static constexpr std::array<wire::Field, 2> table{{
      {.name = "watch", .help = "go on until Ctrl-C", .access = wire::access<WatchOptions, &WatchOptions::watch>()},
      {.name = "interval",
       .help = "from the end of one pass to the next one",
       .access = wire::access<WatchOptions, &WatchOptions::interval>(),
       .value = "TIME",
       .least = 1000},
  }};
  return table;
}

// Until the next pass, or earlier if it is to stop.
void wait(std::chrono::milliseconds interval, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, interval, [] { return false; });
}

void tell_pass(Call& call, const Result<std::vector<RolloutOutcome>>& pass) {
  if (call.json()) {
    call.streams().out((pass ? wire::to_json(*pass) : wire::to_json(pass.error())) + "\n");
  } else if (!pass) {
    call.streams().err(failure_text(pass.error(), call.err_style()));
  } else {
    for (const auto& outcome : *pass)
      if (outcome.outcome != "unchanged") call.streams().out(text_of(outcome, call.out_style()));
  }
}

void tell_backups(Call& call, const Result<std::vector<BackupView>>& backups) {
  if (!backups) call.streams().err(call.json() ? wire::to_json(backups.error()) + "\n" : failure_text(backups.error(), call.err_style()));
  else if (!backups->empty()) call.streams().out(call.json() ? wire::to_json(*backups) + "\n" : text_of(*backups, call.out_style()));
}

// A pass that fails is told, and the next one tries again: what is broken now may be well later.
Result<int> watch(Call& call, Platform& platform, const WatchOptions& options) {
  const auto how = call.operation();
  while (!how.stop.stop_requested()) {
    const auto pass = platform.reconcile(call.target(), call.read<ReconcileRequest>(), how);
    if (!how.stop.stop_requested()) tell_pass(call, pass);
    const auto backups = how.stop.stop_requested() ? Result<std::vector<BackupView>>() : platform.run_backups(how);
    if (!how.stop.stop_requested()) tell_backups(call, backups);
    wait(options.interval, how.stop);
  }
  return 0;
}

Result<int> carry_out_reconcile(Call& call) {
  const auto options = call.read<WatchOptions>();
  DIVIO_TRY(platform, call.platform());
  if (options.watch) return watch(call, *platform, options);
  DIVIO_TRY(outcomes, platform->reconcile(call.target(), call.read<ReconcileRequest>(), call.operation()));
  return call.answer(outcomes);
}

}  // namespace

Command reconcile_command() {
  return {.name = "reconcile",
          .group = Group::applications,
          .summary = "Repair what has gone away or hangs",
          .description =
              "Compares what should run with what does, replaces instances that are gone or hang, and repairs routes. With "
              "--watch it goes on until Ctrl-C, which is no failure (exit code 0), makes the scheduled backups of every environment that are due, and a pass that "
              "fails does not end it.",
          .examples = {{"divioctl reconcile -e live", "once"},
                       {"divioctl reconcile --all --watch --interval 30s", "look after everything, as a service"}},
          .fields = {wire::fields_of<ReconcileRequest>(), wire::fields_of<WatchOptions>()},
          .plans = true,
          .carry_out = carry_out_reconcile};
}

}  // namespace divio::cli
