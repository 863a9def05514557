#include "media/object_mirror.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "media/object_copies.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

struct Stored {
  Objects from;
  Objects to;
};

struct Ends {
  std::unique_ptr<ObjectEnd> from;
  std::unique_ptr<ObjectEnd> to;
};

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Result<void> check_names(const ObjectEnd& end, const Objects& objects) {
  const auto& left_out = objects.listing.left_out;
  if (left_out.empty()) return {};
  return fail(ErrorCode::invalid, fmt::format("{} has {} names that not every storage can keep, or links, '{}' for one", end.name(), left_out.size(), printable(left_out.front())),
              "give them other names, put files in place of links, or remove them");
}

Result<void> check_folders(const ObjectEnd& end, const Objects& objects) {
  const auto both = end.has_folders() ? file_and_folder(objects) : std::string_view();
  if (both.empty()) return {};
  return fail(ErrorCode::invalid, fmt::format("{} cannot hold '{}' and what is below it", end.name(), printable(both)),
              "a volume has it as a file or as a folder: give one of them another name");
}

Result<void> check_nobodys(const ObjectEnd& end, const ObjectPass& plan) {
  if (plan.foreign.empty()) return {};
  return fail(ErrorCode::conflict, fmt::format("{} holds {} objects that somebody else has put there, '{}' for one", end.name(), plan.foreign.size(), printable(plan.foreign.front())),
              "nothing of theirs is replaced: remove them, and let nobody else write there");
}

// Those that did not stand still are not counted.
void compare(const std::vector<Listed>& objects, const ObjectEnd::Sums& from, const ObjectEnd::Sums& to, Checked& checked) {
  Sha256 sums_from;
  Sha256 sums_to;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (!from[i] || !to[i]) continue;
    const auto& file = objects[i].file;
    ++checked.files;
    checked.bytes += file.bytes;
    if (*from[i] != *to[i]) checked.different.push_back(file.path);
    sums_from.add(file.path + '\0' + *from[i]);
    sums_to.add(file.path + '\0' + *to[i]);
  }
  checked.sums_from = sums_from.hex();
  checked.sums_to = sums_to.hex();
}

class ObjectMirror final : public Mirror {
 public:
  ObjectMirror(Ends ends, bool back, PairMemory memory, std::stop_token stop)
      : from_(std::move(ends.from)), to_(std::move(ends.to)), back_(back), memory_(std::move(memory)), stop_(std::move(stop)) {}

  Result<Passed> pass(std::optional<std::int64_t>, const Moved& moved) override {
    Passed passed{.from_ns = now_ns(), .to_ns = now_ns()};
    DIVIO_TRY(stored, look(&ObjectEnd::list));
    DIVIO_CHECK(check_names(*from_, stored.from));
    DIVIO_CHECK(check_folders(*to_, stored.from));
    const auto plan = plan_pass(stored.from, stored.to, memory_.pairs(), back_);
    DIVIO_CHECK(check_nobodys(*to_, plan));
    passed.entries = stored.from.tags.size();
    passed.removed = plan.remove.size();
    passed.bytes = plan.bytes;
    DIVIO_ASSIGN(passed.copied, copy(plan.copy, plan.bytes, moved, plan.remove));
    seen_ = std::move(stored.from);
    return passed;
  }

  Result<Checked> check(std::optional<std::int64_t> since_ns) override;

  Result<Late> bring_late(std::int64_t) override {
    DIVIO_TRY(stored, look(&ObjectEnd::list_with_times));
    auto plan = plan_late(stored.from, stored.to, memory_.pairs(), back_);
    Late late{.left = std::move(plan.left)};
    DIVIO_ASSIGN(late.brought, copy(plan.bring, 0, {}, {}));
    bring_times(stored);
    return late;
  }

 private:
  Result<Stored> look(Result<Objects> (ObjectEnd::*ask)()) const {
    auto there = std::async(std::launch::async, [&] { return ((*to_).*ask)(); });
    DIVIO_TRY(from, ((*from_).*ask)());
    DIVIO_TRY(to, there.get());
    return Stored{std::move(from), std::move(to)};
  }

  Result<std::size_t> copy(const std::vector<Listed>& all, std::uint64_t bytes, const Moved& moved, const std::vector<std::string>& remove);
  void bring_times(const Stored& stored) const;

  std::unique_ptr<ObjectEnd> from_;
  std::unique_ptr<ObjectEnd> to_;
  bool back_;
  PairMemory memory_;
  std::stop_token stop_;
  Objects seen_;  // in the source, by the newest pass
};

// Keys are noted before anything is under them, so that whoever goes on knows what is the move's own. What is removed goes first: it may
// be a file where there is a folder now. How many were copied.
Result<std::size_t> ObjectMirror::copy(const std::vector<Listed>& all, std::uint64_t bytes, const Moved& moved, const std::vector<std::string>& remove) {
  Pairs begun;
  for (const auto& one : all)
    if (!memory_.knows(one.file.path)) begun.insert_or_assign(one.file.path, Pair{});
  DIVIO_CHECK(memory_.note(begun));
  ObjectCopies copies(*from_, *to_, back_, bytes, moved);
  auto done = at_once(remove.size(), stop_, [&](std::size_t i) { return to_->remove(remove[i]); });
  if (done && !remove.empty()) done = to_->settle();
  const bool removed = done.has_value();
  if (done) done = at_once(all.size(), stop_, [&](std::size_t i) { return copies.bring(all[i]); });
  if (!all.empty() || !remove.empty())
    if (auto kept = to_->flush(); !kept) return Failure(done ? kept.error() : done.error());
  auto known = copies.done();  // also of what was copied before something failed
  if (removed)
    for (const auto& key : remove) known.insert_or_assign(key, Pair{});
  const auto noted = memory_.note(known);
  DIVIO_CHECK(done);
  DIVIO_CHECK(noted);
  return copies.done().size();
}

// When files were changed, as the source has it: for lists, and for who copies them to a folder. Nothing depends on it.
void ObjectMirror::bring_times(const Stored& stored) const {
  Times times;
  for (std::size_t i = 0; i < stored.from.tags.size(); ++i) {
    const auto one = listed_at(stored.from, i);
    if (is_copied(one, stored.to, memory_.pairs(), back_))
      times.insert_or_assign(one.file.path, RememberedTime{*stored.to.tag_at(one.file.path), one.file.bytes, one.file.changed_ns});
  }
  if (!times.empty()) to_->remember_times(stored.to, times);
}

Result<Checked> ObjectMirror::check(std::optional<std::int64_t> since_ns) {
  DIVIO_TRY(stored, look(&ObjectEnd::list));
  Checked checked;
  std::vector<Listed> here;
  std::vector<Listed> there;
  for (std::size_t i = 0; i < stored.from.tags.size(); ++i) {
    auto one = listed_at(stored.from, i);
    const auto* seen = seen_.tag_at(one.file.path);
    if (is_copied(one, stored.to, memory_.pairs(), back_)) {
      there.push_back({one.file, *stored.to.tag_at(one.file.path)});
      here.push_back(std::move(one));
    } else if (since_ns && seen != nullptr && *seen == one.tag) {
      checked.missing.push_back(std::move(one.file.path));
    }
  }
  auto other = std::async(std::launch::async, [&] { return to_->sums(there); });
  DIVIO_TRY(from, from_->sums(here));
  DIVIO_TRY(to, other.get());
  compare(here, from, to, checked);
  return checked;
}

Result<std::unique_ptr<ObjectEnd>> open_end(const Place& place, bool written) {
  if (const auto* volume = std::get_if<Volume>(&place)) return volume_end(*volume, written);
  return bucket_end(std::get<Bucket>(place));
}

// Where a move from `source` to `target` remembers what its mirrors know; null for two volumes.
const Bucket* memory_of(const Place& source, const Place& target) {
  const auto* bucket = std::get_if<Bucket>(&target);
  return bucket != nullptr ? bucket : std::get_if<Bucket>(&source);
}

}  // namespace

Result<std::unique_ptr<Mirror>> mirror_objects(const Place& from, const Place& to, const OfMove& move) {
  const auto* bucket = move.back ? memory_of(to, from) : memory_of(from, to);
  if (bucket == nullptr) return fail(ErrorCode::bug, "two volumes are mirrored as they are");
  if (const auto* one = std::get_if<Bucket>(&from); one != nullptr && !move.back)
    DIVIO_CHECK(look_into(*one));  // what a killed command had ready to be put in is among the files
  Ends ends;
  DIVIO_ASSIGN(ends.from, open_end(from, true));
  DIVIO_ASSIGN(ends.to, open_end(to, false));
  DIVIO_TRY(memory, PairMemory::open(*bucket, move.id));
  return std::make_unique<ObjectMirror>(std::move(ends), move.back, std::move(memory), bucket->stop);
}

}  // namespace divio::media
