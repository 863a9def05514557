#include "media/bucket_mirror.hpp"

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

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Result<void> check_names(const Bucket& bucket, const Objects& objects) {
  const auto& left_out = objects.listing.left_out;
  if (left_out.empty()) return {};
  return fail(ErrorCode::invalid, fmt::format("bucket {} has {} objects whose names not every storage can keep, '{}' for one", bucket.name, left_out.size(), printable(left_out.front())),
              "give them other names, or remove them");
}

Result<void> check_nobodys(const Bucket& bucket, const BucketPass& plan) {
  if (plan.foreign.empty()) return {};
  return fail(ErrorCode::conflict, fmt::format("bucket {} holds {} objects that somebody else has put there, '{}' for one", bucket.name, plan.foreign.size(), printable(plan.foreign.front())),
              "nothing of theirs is replaced: remove them, and let nobody else write there");
}

class BucketMirror final : public Mirror {
 public:
  BucketMirror(Bucket from, Bucket to, bool back, PairMemory memory) : from_(std::move(from)), to_(std::move(to)), back_(back), memory_(std::move(memory)) {}

  Result<Passed> pass(std::optional<std::int64_t>, const Moved& moved) override {
    Passed passed{.from_ns = now_ns(), .to_ns = now_ns()};
    DIVIO_TRY(stored, look(list_stored));
    DIVIO_CHECK(check_names(from_, stored.from));
    const auto plan = plan_pass(stored.from, stored.to, memory_.pairs(), back_);
    DIVIO_CHECK(check_nobodys(to_, plan));
    passed.entries = stored.from.tags.size();
    passed.removed = plan.remove.size();
    passed.bytes = plan.bytes;
    DIVIO_ASSIGN(passed.copied, copy(plan.copy, plan.bytes, moved, plan.remove));
    seen_ = std::move(stored.from);
    return passed;
  }

  Result<Checked> check(std::optional<std::int64_t> since_ns) override;

  Result<Late> bring_late(std::int64_t) override {
    DIVIO_TRY(stored, look(list_objects));
    auto plan = plan_late(stored.from, stored.to, memory_.pairs(), back_);
    Late late{.left = std::move(plan.left)};
    DIVIO_ASSIGN(late.brought, copy(plan.bring, 0, {}, {}));
    bring_times(stored);
    return late;
  }

 private:
  Result<Stored> look(Result<Objects> (*ask)(const Bucket&)) const {
    auto there = std::async(std::launch::async, [&] { return ask(to_); });
    DIVIO_TRY(from, ask(from_));
    DIVIO_TRY(to, there.get());
    return Stored{std::move(from), std::move(to)};
  }

  Result<std::size_t> copy(const std::vector<Listed>& all, std::uint64_t bytes, const Moved& moved, const std::vector<std::string>& remove);
  void bring_times(const Stored& stored) const;

  Bucket from_;
  Bucket to_;
  bool back_;
  PairMemory memory_;
  Objects seen_;  // in the source, by the newest pass
};

// Keys are noted before anything is under them, so that whoever goes on knows what is the move's own. How many were copied.
Result<std::size_t> BucketMirror::copy(const std::vector<Listed>& all, std::uint64_t bytes, const Moved& moved, const std::vector<std::string>& remove) {
  Pairs begun;
  for (const auto& one : all)
    if (!memory_.knows(one.file.path)) begun.insert_or_assign(one.file.path, Pair{});
  DIVIO_CHECK(memory_.note(begun));
  ObjectCopies copies(from_, to_, back_, bytes, moved);
  auto done = at_once(all.size(), to_.stop, [&](std::size_t i) { return copies.bring(all[i]); });
  if (done) done = at_once(remove.size(), to_.stop, [&](std::size_t i) { return to_.storage->remove(remove[i]); });
  auto known = copies.done();  // also of what was copied before something failed
  if (done)
    for (const auto& key : remove) known.insert_or_assign(key, Pair{});
  const auto noted = memory_.note(known);
  DIVIO_CHECK(done);
  DIVIO_CHECK(noted);
  return copies.done().size();
}

// When files were changed, as the source has it: for lists, and for who copies them to a folder. Nothing depends on it.
void BucketMirror::bring_times(const Stored& stored) const {
  Times times;
  for (std::size_t i = 0; i < stored.from.tags.size(); ++i) {
    const auto one = listed_at(stored.from, i);
    if (is_copied(one, stored.to, memory_.pairs(), back_))
      times.insert_or_assign(one.file.path, RememberedTime{*stored.to.tag_at(one.file.path), one.file.bytes, one.file.changed_ns});
  }
  if (!times.empty()) static_cast<void>(remember(to_, stored.to, times, {}));
}

Result<Checked> BucketMirror::check(std::optional<std::int64_t> since_ns) {
  DIVIO_TRY(stored, look(list_stored));
  Checked checked;
  std::vector<Listed> both;
  for (std::size_t i = 0; i < stored.from.tags.size(); ++i) {
    auto one = listed_at(stored.from, i);
    const auto* seen = seen_.tag_at(one.file.path);
    if (is_copied(one, stored.to, memory_.pairs(), back_)) both.push_back(std::move(one));
    else if (since_ns && seen != nullptr && *seen == one.tag) checked.missing.push_back(std::move(one.file.path));
  }
  std::vector<std::optional<std::string>> sums(2 * both.size());
  DIVIO_CHECK(at_once(sums.size(), from_.stop, [&](std::size_t i) -> Result<void> {
    const auto& one = both[i / 2];
    const bool there = i % 2 == 1;
    DIVIO_ASSIGN(sums[i], sum_of(there ? to_ : from_, one.file.path, there ? *stored.to.tag_at(one.file.path) : one.tag));
    return {};
  }));
  Sha256 sums_from;
  Sha256 sums_to;
  for (std::size_t i = 0; i < both.size(); ++i) {
    const auto& from = sums[2 * i];
    const auto& to = sums[2 * i + 1];
    if (!from || !to) continue;  // it did not stand still
    ++checked.files;
    checked.bytes += both[i].file.bytes;
    if (*from != *to) checked.different.push_back(both[i].file.path);
    sums_from.add(both[i].file.path + '\0' + *from);
    sums_to.add(both[i].file.path + '\0' + *to);
  }
  checked.sums_from = sums_from.hex();
  checked.sums_to = sums_to.hex();
  return checked;
}

}  // namespace

Result<std::unique_ptr<Mirror>> mirror_bucket(Bucket from, Bucket to, const OfMove& move) {
  if (!move.back) DIVIO_CHECK(look_into(from));  // what a killed command had ready to be put in is among the files
  DIVIO_TRY(memory, PairMemory::open(move.back ? from : to, move.id));
  return std::make_unique<BucketMirror>(std::move(from), std::move(to), move.back, std::move(memory));
}

}  // namespace divio::media
