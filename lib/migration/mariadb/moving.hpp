// Moving one MariaDB database, while it is written to, by its server's own replication
// (https://mariadb.com/kb/en/standard-replication/), restricted to that database, for a server is shared. What is called when is
// decided elsewhere; the order is
//
//   prepare both, fence(target), admit_follower(source), begin_copying(target) (copying.hpp)    the target follows, and is closed
//   begin_attempt both, the guards (guard.hpp), admit_follower(target)                          before the pause
//   fence(source), standing of both until has_all(),
//   the commit, open(target)                                                                    the pause
//   follow(source), from where the target was opened                                            the way back
//   clean (cleaning.hpp) both sides: at the end, or at any moment before the commit to abort
//
// To abort: open(source), end_attempt(target); the target goes on following. To go back: the same with the sides exchanged,
// from begin_attempt on.
//
// Each function can be called again after it failed or was killed within, with the same arguments: it goes on from what is
// there. Errors are those of Conversation::ask.
//
// What is promised, whoever else calls these functions for the same migration at the same time, or long after he has been
// taken for dead: all that act do so one after the other, under a lock of the server, and look first what the side knows of
// attempts. So
//   - a database that its application may write is never followed into nor replaced: that is looked for under the same lock under
//     which open() opens;
//   - what belongs to an older attempt is refused, and so is a fence for one that has ended;
//   - whatever was acknowledged before a fence is at has_all(), and no write is acknowledged behind the fence.
// prepare(), admit_follower() and clean() know nothing of attempts: nobody may call them who has been taken for dead.
//
// A server that starts again follows nobody until it is told to. It goes on where it was; where that is not known for certain, since it
// was killed while it applied something, a row that is there already or not any more stops it, and the database has to be copied anew.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "migration/mariadb/conversation.hpp"
#include "planning/cut_over.hpp"

namespace divio::migration::mariadb {

// Makes the side know this migration.
//   conflict  another migration of this database is under way
[[nodiscard]] Result<void> prepare(Conversation& side);

// What the side knows of attempts to cut over (planning/cut_over.hpp). fence below is a conflict where the attempt is not the newest
// that is known, or has ended; for following and open it may have ended, and for open it may be one that is not known yet. 0:
// before any attempt.
[[nodiscard]] Result<void> begin_attempt(Conversation& side, int attempt);
[[nodiscard]] Result<void> end_attempt(Conversation& side, int attempt);

// The application writes no more: its user has rights to read only. Its sessions are ended, for they keep the rights that they began
// with: those that are idle at once, the others when what they are at has ended, or after `patience`. Who comes again may read.
//   timed_out  a session is still there a second after that, since a long transaction of its is undone. The side is not closed, but
//              its application cannot write: open() it, which need not wait for that session
[[nodiscard]] Result<void> fence(Conversation& side, int attempt, std::chrono::milliseconds patience);

// Lets whoever has the password, letters and digits, copy and follow `from`'s database.
[[nodiscard]] Result<void> admit_follower(Conversation& from, const Secret& password);

// A place in a server's binary log.
struct LogPosition {
  std::string file;  // "mariadb-bin.000002"
  std::uint64_t at = 0;
};
[[nodiscard]] bool reaches(const LogPosition& one, const LogPosition& other) noexcept;  // is it there, or further on; pure

// Makes `to`, which holds what `from`'s database held at `begin`, follow `from`, which is where `to` reaches it. Where it follows from
// there already it goes on. No two databases of a server follow through the same host and port: the server refuses that.
//   conflict  the application may write `to`, or a newer attempt is known
[[nodiscard]] Result<void> follow(Conversation& to, int attempt, const Peer& from, const Secret& password, const LogPosition& begin);

// What followed goes on, after its server has started again.
[[nodiscard]] Result<void> go_on_following(Conversation& to, int attempt);

// Follows nobody any more, gives the application back what fence() took, and ends the attempt for this side. Its sessions are
// ended, which could read only.
[[nodiscard]] Result<void> open(Conversation& side, int attempt);

// How a side stands, by one question.
struct Standing {
  planning::Epoch epoch;
  planning::Fence fence = planning::Fence::down;       // down or up
  planning::Stream stream = planning::Stream::absent;  // what it follows: copying until it is connected
  bool loading = false;        // it is being copied, as far as is known there
  bool holds_copy = false;     // of whom it follows, or was told to
  std::string trouble;         // why it follows no more and cannot go on, in the server's words
  std::string follows;         // "10.0.0.2:3306"; empty: nobody
  unsigned server = 0;         // the server's id
  unsigned followed = 0;       // the id of the server that it follows
  LogPosition written;         // where its own log stands
  LogPosition noted;           // where that stood when it was closed or opened last
  LogPosition applied;         // how far it is in the log of whom it follows
  LogPosition received;        // how far that has arrived
  bool idle = false;           // all of that is applied but for what has no end yet
};
[[nodiscard]] Result<Standing> standing(Conversation& side);

// Bytes that the files of the side's tables have: what the server counts itself may be minutes late.
[[nodiscard]] Result<std::uint64_t> bytes(Conversation& side);

// Whether `to` has everything that was acknowledged by `from`, which is closed. Pure.
[[nodiscard]] bool has_all(const Standing& from, const Standing& to) noexcept;

// Whether `to` has what `from` had when that was looked at, while it is written to. Pure.
[[nodiscard]] bool is_as_far(const Standing& from, const Standing& to) noexcept;

// How many bytes of its log `from` is ahead, or at least that many. Pure.
[[nodiscard]] std::uint64_t lag(const Standing& from, const Standing& to) noexcept;

// How standing() reads its answer. failed for an answer that is none. Pure.
[[nodiscard]] Result<Standing> parse_standing(std::string_view answer, std::string_view database);

}  // namespace divio::migration::mariadb
