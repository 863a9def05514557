#include <doctest/doctest.h>

#include <fstream>
#include <random>

#include "backups/shelf.hpp"
#include "fakes/temporary_folder.hpp"
#include "storage/storage.hpp"
#include "wire/backup_json.hpp"

using namespace divio;
using namespace divio::backups;

namespace {

using Ids = std::vector<std::string>;

const model::TimePoint morning(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

struct Place {
  tests::TemporaryFolder folder;
  Shelf shelf{storage::open_folder(folder.path()), "", BackupKey::make(), "catalogue-a"};
  model::EnvironmentKey key{*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("live")};

  [[nodiscard]] model::Backup draft(int minute) const {
    const auto at = morning + std::chrono::minutes(minute);
    return {.id = backup_id(at, "4f2a"), .key = key, .created_at = at};
  }

  [[nodiscard]] static model::StoredService service(const std::string& prefix) {
    return {.prefix = prefix, .type = model::ServiceType::postgres, .version = "15"};
  }

  [[nodiscard]] static ports::ByteWriter writer(std::string text) {
    return [text = std::move(text)](const ports::ByteSink& sink) -> Result<void> {
      for (std::size_t at = 0; at < text.size(); at += 1000)
        if (auto written = sink(std::string_view(text).substr(at, 1000)); !written) return written;
      return {};
    };
  }

  model::Backup make(int minute, const std::string& text) const {
    auto draft_of = Draft::begin(shelf, draft(minute), {});
    REQUIRE(draft_of);
    auto added = draft_of->add(service("default"), writer(text));
    REQUIRE(added);
    added->evidence = {"15.8", "ab", {{"public.t", 3, "7"}}};
    auto done = draft_of->finish({*added}, morning + std::chrono::minutes(minute + 1));
    REQUIRE(done);
    return *done;
  }

  [[nodiscard]] Result<std::string> data(const Shelf& from, const model::Backup& backup) const {
    std::string text;
    auto done = read(from, backup, backup.services.at(0), [&](std::string_view bytes) -> Result<void> {
      text += bytes;
      return {};
    }, {});
    if (!done) return Failure(done.error());
    return text;
  }

  [[nodiscard]] Ids whole() const {
    const auto listing = list(shelf, key);
    REQUIRE(listing);
    Ids ids;
    for (const auto& backup : listing->whole) ids.push_back(backup.id);
    return ids;
  }

  [[nodiscard]] std::size_t objects() const {
    const auto all = shelf.storage->list("", "", 1000);
    REQUIRE(all);
    return all->objects.size();
  }

  void change(const std::string& path, const std::function<void(std::string&)>& act) const {
    std::string bytes;
    {
      std::ifstream in(folder / path, std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    act(bytes);
    std::ofstream(folder / path, std::ios::binary | std::ios::trunc) << bytes;
  }
};

// Loses the answer of whoever stores a manifest, and afterwards refuses to remove anything unless it is `reachable`.
class LosingStorage : public ports::ObjectStorage {
 public:
  LosingStorage(ports::ObjectStorage& kept, bool reachable) : kept_(kept), reachable_(reachable) {}

  Result<ports::StoredObject> put(const std::string& key, const ports::ByteWriter& content, std::stop_token stop) override {
    auto stored = kept_.put(key, content, std::move(stop));
    if (key.find("/manifests/") == std::string::npos) return stored;
    lost_ = true;
    return fail(ErrorCode::unreachable, "the answer was lost");
  }
  Result<void> get(const std::string& key, const ports::ByteRange& range, const ports::ByteSink& sink, std::stop_token stop) override {
    return kept_.get(key, range, sink, std::move(stop));
  }
  Result<std::string> copy(const std::string& from, const std::string& to, std::stop_token stop) override { return kept_.copy(from, to, std::move(stop)); }
  Result<ports::ObjectInfo> head(const std::string& key) override { return kept_.head(key); }
  Result<ports::ObjectPage> list(const std::string& prefix, const std::string& from, int limit) override { return kept_.list(prefix, from, limit); }
  Result<void> remove(const std::string& key) override {
    if (lost_ && !reachable_) return fail(ErrorCode::unreachable, "it is gone");
    return kept_.remove(key);
  }

 private:
  ports::ObjectStorage& kept_;
  bool reachable_;
  bool lost_ = false;
};

}  // namespace

TEST_CASE("a backup that is finished is listed, and gives back what it was given") {
  Place place;
  const auto text = std::string(300'000, 'a') + "end";
  const auto made = place.make(0, text);
  const auto newer = place.make(5, "second");
  CHECK(place.whole() == Ids{newer.id, made.id});
  const auto found = find(place.shelf, place.key, made.id);
  REQUIRE(found);
  CHECK(*found == made);
  CHECK(found->services.at(0).bytes == text.size());
  CHECK(found->services.at(0).stored_bytes < 20'000);
  CHECK(place.data(place.shelf, *found) == text);
  CHECK(find(place.shelf, place.key, "latest")->id == newer.id);
  CHECK(find(place.shelf, place.key, "20200101-000000-aaaa").error().code == ErrorCode::not_found);
  CHECK(find(place.shelf, place.key, "../x").error().code == ErrorCode::not_found);
}

TEST_CASE("a volume is stored beside services under a name of its own, and no other name is read from a manifest") {
  Place place;
  auto draft = Draft::begin(place.shelf, place.draft(0), {});
  REQUIRE(draft);
  std::vector<model::StoredService> stored;
  for (const auto& one : {model::StoredService{.prefix = "volume-notes"}, Place::service("default")}) {
    auto added = draft->add(one, Place::writer(one.prefix));
    REQUIRE(added);
    stored.push_back(*added);
  }
  const auto made = draft->finish(std::move(stored), morning);
  REQUIRE(made);
  const auto found = find(place.shelf, place.key, made->id);
  REQUIRE_MESSAGE(found, found.error().message);
  CHECK(*found == *made);
  CHECK(place.data(place.shelf, *found) == "default");
  CHECK_FALSE(found->services.at(1).type.has_value());
  for (const char* name : {"volume-../../x", "volume-", "notes"}) {
    CAPTURE(name);
    auto other = *made;
    other.services.at(1).prefix = name;
    CHECK_FALSE(wire::read_backup(*wire::write_backup(other)));
  }
}

TEST_CASE("what was begun and not finished is never listed, and goes with the next backup") {
  Place place;
  {
    auto killed = Draft::begin(place.shelf, place.draft(0), {});
    REQUIRE(killed);
    REQUIRE(killed->add(Place::service("default"), Place::writer("half")));
  }
  CHECK(place.whole().empty());
  CHECK(place.objects() == 2);
  const auto made = place.make(1, "whole");
  CHECK(place.whole() == Ids{made.id});
  CHECK(place.objects() == 2);  // data and manifest
}

TEST_CASE("what another catalogue has begun stays for two days") {
  Place place;
  auto other = place.shelf;
  other.catalogue = "catalogue-b";
  auto begun = Draft::begin(other, place.draft(0), {});
  REQUIRE(begun);
  REQUIRE(begun->add(Place::service("default"), Place::writer("half")));
  place.make(1, "whole");
  CHECK(place.objects() == 4);
}

TEST_CASE("a backup whose data fails leaves nothing behind") {
  Place place;
  auto draft = Draft::begin(place.shelf, place.draft(0), {});
  REQUIRE(draft);
  const auto added = draft->add(Place::service("default"), [](const ports::ByteSink& sink) -> Result<void> {
    if (auto written = sink("beginning"); !written) return written;
    return fail(ErrorCode::failed, "the server went away");
  });
  REQUIRE_FALSE(added);
  CHECK(added.error().message == "the server went away");
  draft->give_up();
  CHECK(place.objects() == 0);
}

TEST_CASE("a manifest that was stored while its answer was lost is not left without its data") {
  Place place;
  const auto kept = place.shelf.storage;
  for (const bool reachable : {true, false}) {
    CAPTURE(reachable);
    const auto losing = std::make_shared<LosingStorage>(*kept, reachable);
    place.shelf.storage = losing;
    auto draft = Draft::begin(place.shelf, place.draft(0), {});
    REQUIRE(draft);
    const auto added = draft->add(Place::service("default"), Place::writer("rows"));
    REQUIRE(added);
    CHECK_FALSE(draft->finish({*added}, morning));
    draft->give_up();
    place.shelf.storage = kept;
    const auto listing = list(place.shelf, place.key);
    REQUIRE(listing);
    CHECK(listing->whole.size() == (reachable ? 0 : 1));
    for (const auto& backup : listing->whole) CHECK(place.data(place.shelf, backup) == "rows");
  }
}

TEST_CASE("data or a manifest that was changed, cut off or exchanged is refused, and so is another key") {
  Place place;
  const auto first = place.make(0, std::string(100'000, 'b'));
  const auto second = place.make(1, std::string(100'000, 'c'));
  const auto data = "shop/live/data/" + first.id + "/default";
  std::string kept;
  place.change(data, [&](std::string& bytes) {
    kept = bytes;
    bytes[bytes.size() / 2] ^= 1;
  });
  CHECK(place.data(place.shelf, first).error().code == ErrorCode::refused);
  place.change(data, [&](std::string& bytes) { bytes = kept.substr(0, kept.size() - 20); });
  CHECK(place.data(place.shelf, first).error().code == ErrorCode::refused);
  place.change("shop/live/data/" + second.id + "/default", [&](std::string& bytes) { std::swap(bytes, kept); });
  CHECK(place.data(place.shelf, second).error().code == ErrorCode::refused);

  auto stranger = place.shelf;
  stranger.key = BackupKey::make();
  CHECK(place.data(stranger, second).error().code == ErrorCode::refused);
  const auto seen = list(stranger, place.key);
  REQUIRE(seen);
  CHECK(seen->whole.empty());
  CHECK(seen->unreadable.size() == 2);

  place.change("shop/live/manifests/" + first.id, [](std::string& bytes) { bytes[10] ^= 1; });
  CHECK(place.whole() == Ids{second.id});
  place.change("shop/live/manifests/" + first.id, [](std::string& bytes) { bytes.clear(); });
  CHECK(place.whole() == Ids{second.id});
  std::filesystem::copy_file(place.folder / ("shop/live/manifests/" + second.id), place.folder / ("shop/live/manifests/" + first.id),
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(place.whole() == Ids{second.id});
}

TEST_CASE("a backup that is removed is gone with all of it; one whose removal was killed is none, and goes with the next") {
  Place place;
  const auto made = place.make(0, "text");
  REQUIRE(record_drill(place.shelf, made, {made.id, morning, true, 1.5, {}}));
  CHECK(last_drill(place.shelf, made)->value() == model::Drill{made.id, morning, true, 1.5, {}});
  REQUIRE(remove(place.shelf, place.key, made.id));
  CHECK(place.objects() == 0);
  REQUIRE(remove(place.shelf, place.key, made.id));

  const auto half = place.make(1, "text");
  REQUIRE(place.shelf.storage->put("shop/live/begun/" + half.id, [](const ports::ByteSink& sink) { return sink("catalogue-a"); }, {}));
  REQUIRE(place.shelf.storage->remove("shop/live/manifests/" + half.id));
  place.make(2, "text");
  CHECK(place.objects() == 2);
}

TEST_CASE("environments and roots have backups of their own") {
  Place place;
  place.make(0, "text");
  auto elsewhere = place.shelf;
  elsewhere.root = "divio/";
  CHECK(list(elsewhere, place.key)->whole.empty());
  CHECK(list(place.shelf, {place.key.project, *model::EnvironmentName::parse("test")})->whole.empty());
}
