// Backups of environments on fakes: what is kept, what a failure and a crash leave.
#include <doctest/doctest.h>

#include <algorithm>

#include "controller/backups.hpp"
#include "controller/dying_store.hpp"
#include "controller/service_world.hpp"
#include "fakes/outcome.hpp"
#include "model/labels.hpp"
#include "storage/storage.hpp"
#include "system/holder.hpp"

using namespace divio;
using namespace divio::controller;
using namespace divio::controller::testing;
using model::Outcome;
using tests::must_fail;

namespace {

// The storage, which can be made to fail with a put.
class Faulty final : public ports::ObjectStorage {
 public:
  explicit Faulty(const std::filesystem::path& folder) : real_(storage::open_folder(folder)) {}
  int puts_left = 1'000'000;

  Result<ports::StoredObject> put(const std::string& key, const ports::ByteWriter& content, std::stop_token stop) override {
    if (puts_left-- <= 0) return fail(ErrorCode::failed, "the disk is full");
    return real_->put(key, content, stop);
  }
  Result<void> get(const std::string& key, const ports::ByteRange& range, const ports::ByteSink& sink, std::stop_token stop) override {
    return real_->get(key, range, sink, stop);
  }
  Result<std::string> copy(const std::string& from, const std::string& to, std::stop_token stop) override { return real_->copy(from, to, stop); }
  Result<ports::ObjectInfo> head(const std::string& key) override { return real_->head(key); }
  Result<ports::ObjectPage> list(const std::string& prefix, const std::string& from, int limit) override { return real_->list(prefix, from, limit); }
  Result<void> remove(const std::string& key) override { return real_->remove(key); }

 private:
  std::unique_ptr<ports::ObjectStorage> real_;
};

struct BackupWorld : ServiceWorld {
  BackupWorld() {
    want_services();
    REQUIRE(deploy("one"));
    servers.fill(shared_server, shared_database, "first");
  }

  tests::TemporaryFolder place;
  std::shared_ptr<Faulty> storage = std::make_shared<Faulty>(place.path());
  backups::Shelf shelf{storage, "", backups::BackupKey::make(), "catalogue"};

  [[nodiscard]] BackupWish wish() const { return {key, "default"}; }
  Result<model::Backup> back_up() { return make_backup(*runtime, shelf, wish(), call()); }
  [[nodiscard]] RestoreWish restore_of(const model::Backup& backup) const { return {key, backup, "default"}; }
  [[nodiscard]] std::string data() { return servers.data(shared_server, shared_database); }
  [[nodiscard]] std::size_t whole() { return backups::list(shelf, key)->whole.size(); }
  [[nodiscard]] std::size_t objects() { return storage->list("", "", 1000)->objects.size(); }
  [[nodiscard]] bool drills_left() {
    const model::Labels labels{{std::string(model::label::drill), ""}};
    return !engine.containers().list(labels)->empty() || !engine.volumes().list(labels)->empty();
  }
  // The program again, with a store that dies after so many journal records.
  [[nodiscard]] Runtime dying(DyingStore& dying_store) {
    return {engine, ingress, dying_store, *clock, {}, system::this_holder(), servers.operations()};
  }
};

}  // namespace

TEST_CASE("a backup holds what there was, says of which release, and passes its drill, which leaves nothing") {
  BackupWorld world;
  const auto made = world.back_up();
  REQUIRE_MESSAGE(made, made.error().message);
  CHECK(made->release == 1);
  CHECK(made->services.at(0).bytes == 5);
  CHECK(made->services.at(0).evidence.tables.at(0).rows == 5);
  CHECK(backup_trouble(*world.runtime, world.key)->empty());
  const auto drill = verify_backup(*world.runtime, world.shelf, *made, world.call());
  REQUIRE_MESSAGE(drill, drill.error().message);
  for (const auto& difference : drill->differences) FAIL_CHECK(difference);
  CHECK(drill->passed);
  CHECK_FALSE(world.drills_left());
  CHECK(backups::last_drill(world.shelf, *made)->value().passed);
}

TEST_CASE("a backup before the end of a move has the id and the time that were written down, and outlives retention until then") {
  BackupWorld world;
  auto wish = world.wish();
  wish.kind = model::BackupKind::moved;
  wish.id = "20261128-093100-4f2a";
  wish.keep_until = world.clock->now() + std::chrono::days(30);
  CHECK(has_data(*world.runtime, wish).value());
  REQUIRE(make_backup(*world.runtime, world.shelf, wish, world.call()));
  const auto found = backups::find(world.shelf, world.key, wish.id);
  REQUIRE(found);
  CHECK(found->kind == model::BackupKind::moved);
  CHECK(found->keep_until == wish.keep_until);
  wish.id = "20261128-093100-4f2b";
  wish.keep_until = world.clock->now();
  REQUIRE(make_backup(*world.runtime, world.shelf, wish, world.call()));
  REQUIRE(world.back_up());
  const auto listing = backups::list(world.shelf, world.key);
  CHECK(listing->whole.size() == 2);
  CHECK(std::ranges::count(listing->whole, std::string("20261128-093100-4f2a"), &model::Backup::id) == 1);
}

TEST_CASE("an environment without services has nothing to back up") {
  World world;
  REQUIRE(world.deploy("one"));
  CHECK_FALSE(has_data(*world.runtime, {world.key}).value());
}

TEST_CASE("volumes of the project are data to back up, by a name of their own, and only those that are there") {
  World world;
  world.file.volumes = {{"notes", "/data/notes"}};
  REQUIRE(world.deploy("one"));
  CHECK(has_data(*world.runtime, {world.key}).value());
  CHECK(has_data(*world.runtime, {world.key, "volume-notes"}).value());
  CHECK_FALSE(has_data(*world.runtime, {world.key, "volume-letters"}).value());
  CHECK_FALSE(has_data(*world.runtime, {world.key, "notes"}).value());
  tests::TemporaryFolder place;
  const backups::Shelf shelf{storage::open_folder(place.path()), "", backups::BackupKey::make(), "catalogue"};
  const auto other = must_fail(make_backup(*world.runtime, shelf, {world.key, "volume-letters"}, world.call()));
  CHECK(other.code == ErrorCode::not_found);
  CHECK(other.message == "shop-live has no volume 'letters'");
  CHECK(other.hint == "there is volume-notes");
  const auto short_one = must_fail(make_backup(*world.runtime, shelf, {world.key, "notes"}, world.call()));
  CHECK(short_one.message == "shop-live has no service 'notes'");
  CHECK(short_one.hint == "the volume of that name is volume-notes");
}

TEST_CASE("a volume is restored only where there is one of its name") {
  BackupWorld world;
  auto made = world.back_up();
  REQUIRE(made);
  made->services.push_back({.prefix = "volume-notes"});
  const auto refused = must_fail(restore_backup(*world.runtime, world.shelf, {world.key, *made}, world.call()));
  CHECK(refused.code == ErrorCode::not_found);
  CHECK(refused.message == "shop-live has no volume 'notes' to restore into");
  world.file.volumes = {{"notes", "/data/notes"}};
  REQUIRE(world.deploy("two"));
  auto dry = world.call();
  dry.dry_run = true;
  const auto planned = restore_backup(*world.runtime, world.shelf, {world.key, *made, "volume-notes", true}, dry);
  REQUIRE_MESSAGE(planned, planned.error().message);
  CHECK(has(steps(*planned), "replace the data of volume notes by that of backup " + made->id));
}

TEST_CASE("a drill finds what is not as it was") {
  BackupWorld world;
  auto made = world.back_up();
  REQUIRE(made);
  made->services[0].evidence.tables[0].rows = 6;
  const auto drill = verify_backup(*world.runtime, world.shelf, *made, world.call());
  REQUIRE(drill);
  CHECK_FALSE(drill->passed);
  CHECK(drill->differences == std::vector<std::string>{"service default: data has 5 rows instead of 6"});
  CHECK_FALSE(world.drills_left());
}

TEST_CASE("a restore puts back what was, and keeps what it replaced") {
  BackupWorld world;
  const auto made = world.back_up();
  REQUIRE(made);
  world.servers.fill(shared_server, shared_database, "second");
  auto dry = world.call();
  dry.dry_run = true;
  REQUIRE(restore_backup(*world.runtime, world.shelf, world.restore_of(*made), dry));
  CHECK(world.data() == "second");
  CHECK(world.whole() == 1);
  REQUIRE(restore_backup(*world.runtime, world.shelf, world.restore_of(*made), world.call()));
  CHECK(world.data() == "first");
  const auto listing = backups::list(world.shelf, world.key);
  const auto kept = std::ranges::find(listing->whole, model::BackupKind::replaced, &model::Backup::kind);
  REQUIRE(kept != listing->whole.end());
  REQUIRE(restore_backup(*world.runtime, world.shelf, world.restore_of(*kept), world.call()));
  CHECK(world.data() == "second");
}

TEST_CASE("a restore that fails puts back what it had emptied") {
  BackupWorld world;
  const auto made = world.back_up();
  REQUIRE(made);
  world.servers.fill(shared_server, shared_database, "second");
  const auto real = world.runtime->services.restore;
  int calls = 0;
  // As MariaDB's: emptied first.
  world.runtime->services.restore = [&](const auto& place, const auto& server, const auto& instance, const auto& archive) -> Result<void> {
    if (++calls > 1) return real(place, server, instance, archive);
    world.servers.fill(shared_server, shared_database, "");
    return fail(ErrorCode::failed, "a line of the dump is refused");
  };
  const auto outcome = restore_backup(*world.runtime, world.shelf, world.restore_of(*made), world.call());
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().hint == "what was there before was put back");
  CHECK(world.data() == "second");
}

TEST_CASE("a restore onto newer code or an older server is refused unless forced") {
  BackupWorld world;
  auto made = world.back_up();
  REQUIRE(made);
  world.servers.fill(shared_server, shared_database, "second");
  auto newer = *made;
  newer.created_at -= std::chrono::hours(1);
  newer.commit = "another";
  const auto refused = restore_backup(*world.runtime, world.shelf, world.restore_of(newer), world.call());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  auto later = *made;
  later.services[0].version = "16";
  const auto older = restore_backup(*world.runtime, world.shelf, world.restore_of(later), world.call());
  REQUIRE_FALSE(older);
  CHECK(older.error().message == "service default is PostgreSQL 16 in the backup and PostgreSQL 15 in live, which is older");
  CHECK(world.data() == "second");
  auto forced = world.restore_of(later);
  forced.force = true;
  REQUIRE(restore_backup(*world.runtime, world.shelf, forced, world.call()));
  CHECK(world.data() == "first");
}

TEST_CASE("a full store makes the backup fail, leaves none, and is told until one succeeds") {
  BackupWorld world;
  for (int puts = 0; puts < 3; ++puts) {
    CAPTURE(puts);
    world.storage->puts_left = puts;
    const auto made = world.back_up();
    REQUIRE_FALSE(made);
    CHECK(made.error().message == "the disk is full");
    CHECK(world.whole() == 0);
    CHECK(backup_trouble(*world.runtime, world.key)->find("failed: the disk is full") != std::string::npos);
  }
  world.storage->puts_left = 1000;
  REQUIRE(world.back_up());
  CHECK(world.objects() == 2);
  CHECK(backup_trouble(*world.runtime, world.key)->empty());
}

TEST_CASE("a backup goes on beside a change of the environment, and not beside another backup") {
  BackupWorld world;
  ports::Lease change{"environment shop/live", {"m", "b", 1, 1, "somebody"}, "deploy", world.clock->now() + std::chrono::seconds(15)};
  REQUIRE(world.store->leases().acquire(change, world.clock->now()));
  CHECK(world.back_up());
  ports::Lease other{"backups of shop/live", {"m", "b", 1, 1, "somebody"}, "backup", world.clock->now() + std::chrono::seconds(15)};
  REQUIRE(world.store->leases().acquire(other, world.clock->now()));
  CHECK(world.back_up().error().code == ErrorCode::conflict);
}

TEST_CASE("a backup, a drill and a restore gone after any journal record: nothing half-done counts, and the same again reaches the goal") {
  for (int records = 1;; ++records) {
    CAPTURE(records);
    BackupWorld world;
    bool cut_short = false;
    {
      DyingStore store(world, records);
      auto runtime = world.dying(store);
      const auto made = make_backup(runtime, world.shelf, world.wish(), world.call());
      if (made) (void)verify_backup(runtime, world.shelf, *made, world.call());
      if (made) {
        world.servers.fill(shared_server, shared_database, "second");
        (void)restore_backup(runtime, world.shelf, world.restore_of(*made), world.call());
      }
      cut_short = store.gone();
    }
    const auto listing = backups::list(world.shelf, world.key);
    REQUIRE(listing);
    CHECK(listing->unreadable.empty());
    for (const auto& backup : listing->whole)
      CHECK(backups::read(world.shelf, backup, backup.services.at(0), [](std::string_view) { return Result<void>(); }, {}));
    CHECK((world.data() == "first" || world.data() == "second"));
    world.servers.fill(shared_server, shared_database, "third");
    const auto again = world.back_up();
    REQUIRE_MESSAGE(again, again.error().message);
    REQUIRE(verify_backup(*world.runtime, world.shelf, *again, world.call())->passed);
    world.servers.fill(shared_server, shared_database, "fourth");
    REQUIRE(restore_backup(*world.runtime, world.shelf, world.restore_of(*again), world.call()));
    CHECK(world.data() == "third");
    CHECK_FALSE(world.drills_left());
    const auto operations = world.store->journal().operations(world.key, 50).value();
    for (const auto& operation : operations) CHECK(operation.outcome != Outcome::running);
    if (!cut_short) break;
  }
}
