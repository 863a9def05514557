// Moving one Redis server, while it is written to, by its own replication (https://redis.io/docs/management/replication/).
// What is called when is decided elsewhere; the order is
//
//   prepare both, fence(target), admit_follower(source), follow(target)     the target follows, and is closed
//   begin_attempt both, the guards (guard.hpp), admit_follower(target)      before the pause
//   fence(source), standing of both until has_all(),
//   the commit, open(target)                                                the pause
//   follow(source)                                                          the way back: the source goes on where it was
//   clean (cleaning.hpp) both sides: at the end, or at any moment before the commit to abort
//
// To abort: open(source), end_attempt(target); the target goes on following. To go back: the same with the sides exchanged,
// from begin_attempt on.
//
// Each function can be called again after it failed or was killed within, with the same arguments: it goes on from what is
// there. Errors are those of Conversation::ask.
//
// What is promised, whoever else calls these functions for the same migration at the same time, or long after he has been
// taken for dead: all that act do so one after the other, under a lock in the server's container, and look first what the side
// knows of attempts. So
//   - a server that its application may write never begins to follow, which would replace its data: follow() looks for that
//     under the same lock under which open() opens;
//   - what belongs to an older attempt is refused, and so is a fence for one that has ended;
//   - a server that starts again goes on following whom it followed, with the same exception;
//   - whatever was acknowledged before a fence is at has_all(), and no write is acknowledged behind the fence.
// prepare(), admit_follower() and clean() know nothing of attempts: nobody may call them who has been taken for dead.
// What the side knows is kept in its volume, beside the data: keys would be replicated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "migration/redis/conversation.hpp"
#include "planning/cut_over.hpp"

namespace divio::migration::redis {

// Makes the side know this migration, without which nothing here does anything, so that nobody who comes late acts on a side
// that has been cleaned.
//   conflict  another migration of this server is under way
[[nodiscard]] Result<void> prepare(Conversation& side);

// What the side's server knows of attempts to cut over (planning/cut_over.hpp). fence below is a conflict where the attempt is
// not the newest that is known, or has ended; for follow and open it may have ended, and for open it may be one that is not
// known yet. 0: before any attempt.
[[nodiscard]] Result<void> begin_attempt(Conversation& side, int attempt);
[[nodiscard]] Result<void> end_attempt(Conversation& side, int attempt);

// The application of the side writes no more: its user may call no command that writes or publishes, whichever way, from a
// script and from a transaction that is queued already too. Sessions stay, and read on. It holds when the server starts again.
// For a minute, or until open() or follow(), keys do not expire and none has to make room either, so that nothing more goes to
// whoever follows; for as long the application's scripts wait, and its transactions with writes, before they are refused
// (https://redis.io/docs/latest/commands/client-pause/).
[[nodiscard]] Result<void> fence(Conversation& side, int attempt);

// Lets whoever has the password follow `from`, and no one who had an earlier one begin to. What follows already goes on.
[[nodiscard]] Result<void> admit_follower(Conversation& from, const Secret& password);

// Makes `to` follow `from`, which is where `to` reaches it, and which has to have admitted this password: letters and digits. All
// that `to` holds is replaced, unless it is what `from` held some time ago, and that remembers what came since. What it follows
// already it goes on with. Clients that wait at `to` for an element of a list are cut off, so that none is handed out there.
//   conflict  the application may write `to`, or a newer attempt is known
[[nodiscard]] Result<void> follow(Conversation& to, int attempt, const Peer& from, const Secret& password);

// Follows nobody any more, gives the application back exactly what fence() took, and ends the attempt for this side.
[[nodiscard]] Result<void> open(Conversation& side, int attempt);

// How a side stands, by one question.
struct Standing {
  planning::Epoch epoch;
  planning::Fence fence = planning::Fence::down;     // down or up
  planning::Stream stream = planning::Stream::absent;  // what it follows: copying until its link is up and all of it would outlive a kill
  std::string follows;           // "10.0.0.2:6379"; empty: nobody
  std::string history;           // what the offset counts in: master_replid
  std::uint64_t offset = 0;      // how far it is in that: master_repl_offset, or what it has applied
  unsigned followers = 0;        // who follow it
  std::uint64_t received = 0;    // bytes of what is copied first, while that arrives
  std::uint64_t keys = 0;
  bool loading = false;          // reads its data, and answers nothing else meanwhile
};
[[nodiscard]] Result<Standing> standing(Conversation& side);

// The bytes of memory that the side's data take.
[[nodiscard]] Result<std::uint64_t> memory(Conversation& side);

// Whether `to` has everything that was acknowledged by `from`, which has to have been looked at first, and again for each try: a
// server that has started anew begins another history as soon as somebody follows it (syncCommand in Redis' replication.c). Pure.
[[nodiscard]] bool has_all(const Standing& from, const Standing& to) noexcept;

// Whether `to` has what `from` had when that was looked at, while it is written to. Pure.
[[nodiscard]] bool is_as_far(const Standing& from, const Standing& to) noexcept;

// How many bytes `from` is ahead, where that is known. Pure.
[[nodiscard]] std::uint64_t lag(const Standing& from, const Standing& to) noexcept;

// How standing() reads its answer. failed for an answer that is none. Pure.
[[nodiscard]] Result<Standing> parse_standing(std::string_view answer);

}  // namespace divio::migration::redis
