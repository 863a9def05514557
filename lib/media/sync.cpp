#include "media/sync.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <thread>

#include "media/access.hpp"
#include "media/begun_sync.hpp"
#include "media/conversations.hpp"
#include "media/transfer.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

using Transfer = Result<void> (*)(const LocalFolder&, Conversation&, Queue&);

std::size_t conversations_for(const SyncPlan& plan) {
  const auto worth = 1 + plan.copy.size() / files_worth_another + plan.bytes / bytes_worth_another;
  return std::min<std::size_t>({worth, most_conversations, std::max<std::size_t>(plan.copy.size(), 1)});
}

// Runs a transfer over the main conversation and further ones, each on a thread of its own.
class SideBySide {
 public:
  SideBySide(const LocalFolder& folder, Access& access, Queue& queue, Transfer transfer)
      : folder_(folder), access_(access), queue_(queue), transfer_(transfer) {}

  Result<void> run(std::size_t conversations) {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < conversations; ++i) threads.emplace_back([this] { end(further()); });
    auto outcome = transfer_(folder_, access_.main(), queue_);
    if (!outcome) queue_.fail();
    const auto kept_up = access_.keep_up();
    for (auto& thread : threads) thread.join();
    return outcome ? failure_ : outcome;
  }

 private:
  Result<void> further() {
    DIVIO_TRY(conversation, access_.join());
    DIVIO_CHECK(transfer_(folder_, *conversation, queue_));
    // What was sent is in place.
    DIVIO_CHECK(conversation->say("done\n"));
    DIVIO_TRY(ignored, conversation->expect('o'));
    return {};
  }

  void end(Result<void> outcome) {
    if (!outcome) queue_.fail();
    const std::lock_guard lock(mutex_);
    if (failure_) failure_ = std::move(outcome);
  }

  const LocalFolder& folder_;
  Access& access_;
  Queue& queue_;
  Transfer transfer_;
  std::mutex mutex_;
  Result<void> failure_;
};

// Both sides at once: starting a container takes longer than listing a folder.
struct BothSides {
  std::unique_ptr<Access> access;
  Listing there;
  Listing here;
};

Result<BothSides> look(const Volume& volume, const LocalFolder* folder) {
  auto here = std::async(std::launch::async, [&]() -> Result<Listing> { return folder ? folder->list(volume.stop) : Listing{}; });
  DIVIO_TRY(access, Access::open(volume));
  DIVIO_TRY(there, list_files(access->main()));
  DIVIO_TRY(listed, here.get());
  return BothSides{std::move(access), std::move(there), std::move(listed)};
}

bool is_done(const Synced& synced, const SyncOptions& options) {
  return options.dry_run || (synced.plan.copy.empty() && synced.plan.remove.empty());
}

Result<void> copy(const LocalFolder& folder, Access& access, Synced& synced, const SyncOptions& options, Transfer transfer) {
  Queue queue(synced.plan.copy, options.moved);
  DIVIO_CHECK(SideBySide(folder, access, queue, transfer).run(conversations_for(synced.plan)));
  synced.files = queue.files();
  synced.bytes = queue.bytes();
  synced.skipped = queue.skipped();
  return {};
}

}  // namespace

Result<Synced> push(const Volume& volume, const std::filesystem::path& path, const SyncOptions& options) {
  DIVIO_TRY(folder, LocalFolder::open(path, false));
  DIVIO_TRY(sides, look(volume, &folder));
  DIVIO_TRY(plan, plan_sync(sides.here.files, sides.there.files, options.remove));
  auto synced = begin_sync(std::move(plan), std::move(sides.here.left_out), options);
  if (is_done(synced, options)) return synced;
  DIVIO_CHECK(copy(folder, *sides.access, synced, options, send_files));
  auto& main = sides.access->main();
  for (const auto& gone : synced.plan.remove) DIVIO_CHECK(main.say(fmt::format("remove {}\n{}", gone.size(), gone)));
  DIVIO_CHECK(main.say("sweep\nsync\n"));
  DIVIO_TRY(ignored, main.expect('o'));
  return synced;
}

Result<Synced> pull(const Volume& volume, const std::filesystem::path& path, const SyncOptions& options) {
  std::error_code unknown;
  const bool there = std::filesystem::exists(path, unknown);
  std::optional<LocalFolder> folder;
  if (there || !options.dry_run) {
    DIVIO_ASSIGN(folder, LocalFolder::open(path, true));
  }
  DIVIO_TRY(sides, look(volume, folder ? &*folder : nullptr));
  DIVIO_TRY(plan, plan_sync(sides.there.files, sides.here.files, options.remove));
  auto synced = begin_sync(std::move(plan), std::move(sides.there.left_out), options);
  if (is_done(synced, options)) return synced;
  DIVIO_CHECK(copy(*folder, *sides.access, synced, options, receive_files));
  for (const auto& gone : synced.plan.remove) DIVIO_CHECK(folder->remove(gone));
  folder->sweep();
  DIVIO_CHECK(folder->sync());
  return synced;
}

Result<Contents> list(const Volume& volume) {
  DIVIO_TRY(access, Access::open(volume));
  DIVIO_TRY(listing, list_files(access->main()));
  return Contents{std::move(listing.files), std::move(listing.left_out)};
}

}  // namespace divio::media
