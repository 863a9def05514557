#include "store/sqlite/leases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "store/sqlite/columns.hpp"
#include "support/text.hpp"
#include "system/holder.hpp"

namespace divio::store {
namespace {

struct Held {
  ports::Lease lease;
  model::TimePoint since;
};

Result<Held> read_held(const Row& row) {
  return Held{{row.text(0), read_holder(row, 1), row.text(6), read_time(row, 7)}, read_time(row, 8)};
}

std::string seconds_between(model::TimePoint from, model::TimePoint to) {
  const std::chrono::duration<double> time = to - from;
  return human_seconds(std::max(time.count(), 0.0));
}

// "shop/live is being changed by anna@laptop (deploy, operation 01ABC), for 12 s"
Failure held_by_another(const Held& held, model::TimePoint now) {
  constexpr std::string_view kind = "environment ";
  const std::string& subject = held.lease.subject;
  const std::string what =
      subject.starts_with(kind) ? subject.substr(kind.size()) + " is being changed" : "the " + subject + " is in use";
  return fail(ErrorCode::conflict,
              fmt::format("{} by {} ({}), for {}", what, held.lease.holder.person, held.lease.reason,
                          seconds_between(held.since, now)),
              "wait for it with --lock-wait 60s; it comes free by itself, also if that process has crashed");
}

// The reason names the operation, which tells two operations of one process apart.
bool same_hold(const ports::Lease& a, const ports::Lease& b) { return a.holder == b.holder && a.reason == b.reason; }

bool holds(const Held& held, const ports::Lease& asking, model::TimePoint now) {
  return held.lease.expires_at > now && !same_hold(held.lease, asking) &&
         !system::is_gone(held.lease.holder, system::this_holder());
}

Result<void> put_lease(Connection& connection, const ports::Lease& lease, model::TimePoint since) {
  const model::Holder& holder = lease.holder;
  DIVIO_CHECK(
      connection.run("INSERT OR REPLACE INTO leases (subject, machine, boot, process, process_started, person, reason, "
                     "expires_at, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     {lease.subject, holder.machine, holder.boot, holder.process, holder.process_started, holder.person,
                      lease.reason, milliseconds(lease.expires_at), milliseconds(since)}));
  return {};
}

}  // namespace

Result<void> SqliteLeases::acquire(const ports::Lease& lease, model::TimePoint now) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(held, connection.first("SELECT subject, machine, boot, process, process_started, person, reason, "
                                     "expires_at, since FROM leases WHERE subject = ?",
                                     {lease.subject}, read_held));
    if (held && holds(*held, lease, now)) return held_by_another(*held, now);
    const bool renewed = held && same_hold(held->lease, lease) && held->lease.expires_at > now;
    return put_lease(connection, lease, renewed ? held->since : now);
  });
}

Result<void> SqliteLeases::release(const std::string& subject, const model::Holder& holder) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(
        connection.run("DELETE FROM leases WHERE subject = ? AND machine = ? AND boot = ? AND process = ? AND "
                       "process_started = ? AND person = ?",
                       {subject, holder.machine, holder.boot, holder.process, holder.process_started, holder.person}));
    return {};
  });
}

Result<std::vector<ports::Lease>> SqliteLeases::leases() {
  return database_.read([](Connection& connection) {
    return connection.all(
        "SELECT subject, machine, boot, process, process_started, person, reason, expires_at, since "
        "FROM leases ORDER BY subject",
        {}, [](const Row& row) -> Result<ports::Lease> {
          DIVIO_TRY(held, read_held(row));
          return std::move(held.lease);
        });
  });
}

}  // namespace divio::store
