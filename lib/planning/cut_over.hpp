// The decision of a migration's cut-over: what is seen on both sides = what to do next. Pure.
//
// A cut-over hands an environment, with its data, from a source to a target while requests wait. It is carried out in
// attempts, numbered from 1 in each migration. An attempt ends in a decision that is made once and for all, in a place that both
// sides can read without whoever carries it out: committed, and the target serves, or aborted, and the source does. Going back
// later (reverse) is another attempt with the sides exchanged.
//
// Whoever carries an attempt out may vanish at any moment, or come back long after it has been taken for dead. So
//   - what to do is decided from what is seen, never from what is remembered to have been done;
//   - each side's data knows the number of the newest attempt, and whether that has ended: a call of an older attempt is
//     refused, and so is one that goes on with an attempt that has ended (admits());
//   - guards on each side carry the decision out by themselves, and abort the attempt when nobody decides in time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace divio::planning {

enum class Decision {
  none,       // the attempt has not begun
  open,
  committed,  // the target serves from here on
  aborted,    // the source goes on serving
};

// Whether the source's data can be written.
enum class Fence {
  down,
  closing,  // nobody can begin, but a transaction that was open already may still commit
  up,
};

// What flows from the source's data to the target's.
enum class Stream {
  absent,
  copying,
  following,
  suspended,  // applied no further; nothing is lost of what comes meanwhile
};

// How a service's data come to the target, and back when it serves.
enum class Carriage {
  changes,  // into data of the target's own; the way back has to be there before the first write, so before the commit
  replica,  // the target is the source's replica until it is opened; from then on the source can become the target's
  copy,     // no stream: while requests wait
};

// The stream from the target back to the source, by which a cut-over can be reversed.
enum class WayBack {
  absent,
  begun,      // a part of it is there, or all of it and it carries nothing
  following,
};

// A service of the environment, as both sides have it.
struct SeenHandOver {
  std::string prefix;
  Carriage carriage = Carriage::changes;
  Fence fence = Fence::down;
  bool over = false;          // the source's data admits nothing more of this attempt, so no late call can fence it
  bool proven = false;        // the target has all that the source has behind its fence
  bool settled = false;       // what no stream carries is there too: sequences; or everything, where nothing follows
  Stream stream = Stream::absent;
  WayBack way_back = WayBack::absent;
  bool way_back_proven = false;
  bool open = false;          // the target's data can be written by the application

  friend bool operator==(const SeenHandOver&, const SeenHandOver&) = default;
};

struct SeenCutOver {
  Decision decision = Decision::none;
  bool background_at_source = false;  // whether what works beside requests runs: workers, cron
  bool background_at_target = false;
  bool holding = false;               // the source's ingress lets requests wait
  int in_flight = 0;                  // requests that instances of the source are busy with
  bool forwarding = false;            // the source's ingress hands requests to the target's
  bool guarded = false;               // guards of this attempt are there, and both sides' data knows of it
  bool ended = false;                 // nothing of the attempt goes on or can begin again
  std::vector<SeenHandOver> services;

  friend bool operator==(const SeenCutOver&, const SeenCutOver&) = default;
};

enum class Act {
  // Before the decision.
  stop_background,     // at the source
  begin_attempt,       // the decision becomes open, the guards and both sides' data get to know the attempt
  hold,                // at the source; refused once the attempt is decided
  await_quiet,         // until no request is in flight
  fence,               // the source, until nobody can write
  prove,               // a marker goes through the stream
  settle,
  suspend,
  begin_way_back,      // what it takes is connected already; from here on it carries what is written
  prove_way_back,
  commit,
  // After a commit.
  open,                // at the target, which is nobody's replica any more; ends the attempt for that data
  forward,             // the source's ingress to the target's, and the target's to nobody
  become_replica,      // the source, of the target
  end_stream,
  start_at_target,     // the background
  // After an abort, or for one.
  abort,
  unfence,             // ends the attempt for that data, also where there is no fence
  end_way_back,
  resume,              // the stream goes on
  start_at_source,
  // After either.
  release,             // what was held goes on
  end_attempt,         // the guards end, and neither side's data admits anything of this attempt any more
};

[[nodiscard]] std::string_view to_string(Act act) noexcept;

// `prefix`: of the service that it is about; empty for the environment as a whole.
struct CutOverStep {
  Act act{};
  std::string prefix = {};

  friend bool operator==(const CutOverStep&, const CutOverStep&) = default;
};

enum class Wish { cut_over, undo };

// What to do now; the steps may be carried out side by side. Empty: the attempt has ended as decided, or nothing of it has begun
// and nothing was wanted. Every step is idempotent. Looking again after each round, or after any failure, and asking again
// leads to the end. `undo` is what somebody wishes who cannot wait any longer; a decision that is made stands.
//
// What it promises, whatever is seen and wherever it is left: the source is never written after a commit nor the target before
// one; a stream and the way back are never both applied, for what comes by one would go back by the other; no request is
// let go while neither side can serve it.
[[nodiscard]] std::vector<CutOverStep> next_steps(const SeenCutOver& seen, Wish wish);

// What is seen once a step has succeeded, as far as that follows from it; nothing follows of the decision, which others make
// too. So commit and abort change nothing here.
[[nodiscard]] SeenCutOver after(SeenCutOver seen, const CutOverStep& step);

// What a side's data knows of attempts.
struct Epoch {
  int attempt = 0;
  bool ended = false;

  friend bool operator==(const Epoch&, const Epoch&) = default;
};

// Whether a step of `attempt` may still act on data that knows of `epoch`: none where a newer attempt is known, and those that
// lead towards a commit only while the attempt has not ended. What begins or ends an attempt makes data know of it.
[[nodiscard]] bool admits(const Epoch& epoch, int attempt, Act act) noexcept;

}  // namespace divio::planning
