// Moving one PostgreSQL database, while it is written to, by its own logical replication
// (https://www.postgresql.org/docs/15/logical-replication.html). What is called when is decided elsewhere; the order is
//
//   begin_copying, progress until all is copied, finish_copying, fence(target),
//   admit_login(target)                                                            the target follows, and is closed
//   prepare_following backward, begin_attempt both, the guards (guard.hpp)         before the pause
//   fence(source), mark and await_mark, copy_sequences, end_following forward,
//   begin_following backward, mark and await_mark backward,
//   the commit, unfence(target)                                                    the pause
//   clean (cleaning.hpp) both sides: at the end, or at any moment before the commit to abort
//
// To go back: the same with the sides and the directions exchanged, from prepare_following on. fence and unfence keep
// writers out of either side: out of the target until the commit, out of the source from the pause on.
//
// Each function can be called again after it failed or was killed within, with the same arguments: it goes on from what is
// there. Errors are those of Conversation::ask. One migration at a time for a database; nothing here sees to that.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migration/postgres/conversation.hpp"
#include "planning/cut_over.hpp"

namespace divio::migration::postgres {

// The way there replicates from the source to the target, the way back from the target to the source.
enum class Direction { forward, backward };

// Nobody logs in any more with the password of the target's login. Makes the target's tables and begins to copy all rows, with what is written meanwhile. `source_peer` is where the
// target's server reaches the source's: it logs in there as a role of the migration's own, with a random password that
// clean() takes away.
//   refused  a table's changes could not be followed: from the publication on, the application's updates of it would fail;
//            or the target holds tables of somebody else's
[[nodiscard]] Result<void> begin_copying(Conversation& source, Conversation& target, const Peer& source_peer);

struct Progress {
  unsigned tables = 0;
  unsigned copied = 0;          // tables
  std::uint64_t bytes = 0;      // of the source's database; until all is copied without the indexes that come after the rows
  std::uint64_t here = 0;       // of the target's
  std::uint64_t rows = 0;       // of the target's, as its server counts them, some tenths of a second late
  std::uint64_t lag_bytes = 0;  // written to the source's log, and not yet known to have arrived
  bool following = false;       // finish_copying has been there, and every change arrives

  [[nodiscard]] bool all_copied() const { return copied == tables; }
};

//   failed  the source has let go what was written since the target last read: clean both sides and begin anew
[[nodiscard]] Result<Progress> progress(Conversation& source, Conversation& target);

// Makes indexes, foreign keys and triggers on the target, when all rows are copied: quicker than with the rows. What is
// written to the source meanwhile waits there. conflict while rows are still being copied.
[[nodiscard]] Result<void> finish_copying(Conversation& source, Conversation& target);

// The application may log in at the target again, which begin_copying() took from it: when it is fenced, so that it reads only.
[[nodiscard]] Result<void> admit_login(Conversation& target);

// What the side's database knows of attempts to cut over (planning/cut_over.hpp), in the transaction of whatever acts for
// one: fence, unfence and begin_following below are a conflict where the attempt is not the newest that it knows, or has
// ended; for unfence an attempt may have ended, and may be one that is not known yet.
[[nodiscard]] Result<void> begin_attempt(Conversation& side, int attempt);
[[nodiscard]] Result<void> end_attempt(Conversation& side, int attempt);
[[nodiscard]] Result<planning::Epoch> epoch(Conversation& side);

// Nobody writes to the side's database any more but superusers, among them replication. Sessions stay, and read on. From
// the first moment no new write begins; then this waits until every transaction that could still write has ended. Those
// that have not after `patience` are ended with their sessions. How many is the result.
//
// Taken away are the privileges to write of whoever has some, the owner too, and an event trigger refuses every command
// that could give them back. unfence() gives back exactly what was taken, and ends the attempt for this database.
[[nodiscard]] Result<unsigned> fence(Conversation& side, int attempt, std::chrono::milliseconds patience);
[[nodiscard]] Result<void> unfence(Conversation& side, int attempt);
[[nodiscard]] Result<bool> is_fenced(Conversation& side);

// Of the side's database.
[[nodiscard]] Result<std::uint64_t> bytes(Conversation& side);

// How much was written to this side's log that is not known to have arrived where it is followed, in bytes; 0 where nobody follows.
[[nodiscard]] Result<std::uint64_t> lag(Conversation& side, Direction direction);

// The number of the process on this side that applies what it follows; 0 where there is none, as between two tries.
[[nodiscard]] Result<int> follower(Conversation& to, Direction direction);

// Writes marker `number`, which is seen on the other side when everything that was written before it is there too.
[[nodiscard]] Result<void> mark(Conversation& from, Direction direction, std::uint64_t number);
// Whether it is seen within `patience`; none: whether it is now.
[[nodiscard]] Result<bool> await_mark(Conversation& at, Direction direction, std::uint64_t number, std::chrono::milliseconds patience);

// Sets the other side's sequences to where these are, `slack` steps on. Sequences are not replicated.
//   conflict  the other side lacks one, which was made since its tables were: it would begin anew
inline constexpr unsigned sequence_slack = 32;
[[nodiscard]] Result<void> copy_sequences(Conversation& from, Conversation& to, unsigned slack = sequence_slack);

// What it follows is gone: it follows nobody any more, its sequences go on behind what its rows hold, and it can be written; the attempt has ended
// for it. The result names the sequences that no column takes its numbers from, whose place nobody can tell.
[[nodiscard]] Result<std::vector<std::string>> take_over(Conversation& side, int attempt);

// From here on: `from` is the side whose changes go in this direction, `to` the one that follows it.

// Ends following with its slot. The marker has to have been seen: what has not arrived by now never will.
[[nodiscard]] Result<void> end_following(Conversation& from, Conversation& to, Direction direction);

// Applies nothing further, and is not at anything when this returns; what is written meanwhile waits on the other side.
// resume_following goes on from there; where there is no following it does nothing.
[[nodiscard]] Result<void> suspend_following(Conversation& to, Direction direction, int attempt);
[[nodiscard]] Result<void> resume_following(Conversation& to, Direction direction);

// How a side stands, by one question.
struct Standing {
  planning::Epoch epoch;
  planning::Fence fence = planning::Fence::down;
  planning::Stream forward = planning::Stream::absent;   // what this side follows
  planning::Stream backward = planning::Stream::absent;
  bool forward_mark = false;                             // whether the marker has arrived, or was written, here
  bool backward_mark = false;
  bool publishes_forward = false;                        // whether what is written here goes out to whoever follows
  bool publishes_backward = false;
};
[[nodiscard]] Result<Standing> standing(Conversation& side, std::uint64_t marker);

// Makes all that following takes, while the other direction is still open: a publication of nothing yet, login, a slot, for which
// it waits until every transaction that is open on the server of `from` has ended, and a subscription that copies nothing and
// runs. So nothing has to be connected in the pause. `from_peer`: where `to` reaches `from`.
//   failed  `to` does not come to follow within half a minute
[[nodiscard]] Result<void> prepare_following(Conversation& from, Conversation& to, const Peer& from_peer, Direction direction);

// Publishes what is written to `from`, from this moment on: what arrived there before, from the other side, is not sent back to
// it, also where subscriptions have no `origin` yet (before PostgreSQL 16). A sender reads the publication as it was when a row
// was written, and all that it remembers of it goes when that changes (publication_invalidation_cb in PostgreSQL's pgoutput.c).
// Writers have to be kept out of `from` until then. Prove it with a marker of its own.
//   refused  it is not prepared; or `from` still follows the other side
[[nodiscard]] Result<void> begin_following(Conversation& from, Conversation& to, Direction direction, int attempt);

}  // namespace divio::migration::postgres
