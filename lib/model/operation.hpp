// An operation as it is recorded: intent first, then each act, then the outcome.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/names.hpp"
#include "model/time.hpp"

namespace divio::model {

enum class OperationKind {
  build, deploy, scale, rollback, restart, stop, start, destroy, reconcile, service_attach, service_detach, service_rotate,
  service_remove, data_copy, data_push, backup_create, backup_verify, backup_restore, migrate
};
enum class Outcome { running, succeeded, failed, cancelled, superseded };

[[nodiscard]] std::string_view to_string(OperationKind kind) noexcept;
[[nodiscard]] std::optional<OperationKind> parse_operation_kind(std::string_view text) noexcept;
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;
[[nodiscard]] std::optional<Outcome> parse_outcome(std::string_view text) noexcept;

// Who carries out an operation or holds a lease, and how to tell on the same machine that they are gone.
struct Holder {
  std::string machine;      // /etc/machine-id or the host name
  std::string boot;         // /proc/sys/kernel/random/boot_id
  long process = 0;
  long long process_started = 0;  // field 22 of /proc/PID/stat, since process numbers are reused
  std::string person;       // user@host, shown to whoever waits

  friend bool operator==(const Holder&, const Holder&) = default;
};

struct Operation {
  std::string id;  // sortable: time in milliseconds and random digits, in base 32
  OperationKind kind{};
  EnvironmentKey key;
  std::string request;  // JSON of the request, for resume; never holds a secret
  Holder holder;
  TimePoint began_at{};
  std::optional<TimePoint> ended_at;
  Outcome outcome = Outcome::running;
  std::string summary;  // one sentence on how it ended
};

// One line of an operation's journal.
struct JournalRecord {
  long long sequence = 0;  // given by the journal
  std::string event;       // "step-began", "step-ended", "release-made", "switched", ...
  std::string subject;     // the step's id, or what the event is about
  std::string detail;      // JSON, or empty
  TimePoint at{};
};

}  // namespace divio::model
