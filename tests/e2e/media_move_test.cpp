// Media move into a bucket, from another one and from a volume, with the real program, a real engine and a real S3 server, while people
// upload.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "e2e/ledger_site.hpp"
#include "fakes/outcome.hpp"
#include "media/objects.hpp"
#include "storage/storages.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

constexpr int some = 8;  // uploads

Words with_bucket(Words words, const storage::S3Settings& settings) {
  words.insert(words.end(), {"--s3-endpoint", settings.endpoint, "--s3-bucket", settings.bucket, "--access-key", settings.access_key});
  return words;
}

Words and_more(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// One that holds something else than its own name is another one.
std::vector<std::string> uploads_in(ports::ObjectStorage& storage) {
  std::vector<std::string> found;
  std::string from;
  do {
    const auto page = storage.list("", from, 1000);
    REQUIRE(page);
    for (const auto& object : page->objects)
      if (!media::is_own(object.key) && *tests::get_all(storage, object.key) == object.key) found.push_back("row " + object.key);
    from = page->next;
  } while (!from.empty());
  std::ranges::sort(found);
  return found;
}

bool remembers_a_move(ports::ObjectStorage& storage) {
  const auto page = storage.list(".divioctl-part-move", "", 1);
  REQUIRE(page);
  return !page->objects.empty();
}

void remove_all(ports::ObjectStorage& storage) {
  const auto page = storage.list("", "", 1000);
  REQUIRE(page);
  for (const auto& object : page->objects) REQUIRE(storage.remove(object.key));
}

// What the catalogue and whatever lies beside it hold.
std::string kept_by(const Site& site) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(site.home()))
    if (entry.is_regular_file()) all += file_text(entry.path());
  return all;
}

// Uploads that are put where this says, in divio.yaml.
void write_uploads(const Site& site, const std::string& media) {
  for (const auto& entry : std::filesystem::directory_iterator(DIVIO_SOURCE_DIR "/tests/e2e/uploads"))
    site.write(entry.path().filename().string(), file_text(entry.path()));
  auto project = file_text(DIVIO_SOURCE_DIR "/tests/e2e/uploads/divio.yaml");
  const std::string in_s3 = "storage: s3";
  REQUIRE(contains(project, in_s3));
  site.write("divio.yaml", project.replace(project.find(in_s3), in_s3.size(), media));
  site.commit("Uploads");
}

void check_no_upload_is_lost(const LedgerWriters& writers, ports::ObjectStorage& storage) {
  fmt::print("{} uploads, longest gap {} ms\n", writers.acknowledged().size(), writers.longest_gap().count());
  CHECK_MESSAGE(writers.failures().empty(), writers.failures().size() << " failed, the first: " << writers.failures().front());
  const bool same = uploads_in(storage) == writers.acknowledged();
  CHECK_MESSAGE(same, "objects and acknowledged uploads differ");
}

std::string gateway_of(const std::string& address) { return address.substr(0, address.rfind('.')) + ".1"; }

}  // namespace

TEST_CASE("media that people upload to move to another bucket, there and back: every upload is there once, none fails, and both buckets stay") {
  const tests::S3Server server(gateway_of(needed_variable("DIVIO_TEST_ADDRESS")));
  const auto old = *storage::open_s3(server.settings());
  const auto other = *storage::open_s3(server.settings_of_other());
  const auto old_name = "files at " + server.settings().endpoint;
  const auto other_name = "others at " + server.settings().endpoint;
  const Site site({.base = "postgres:15", .port = 18366});
  write_uploads(site, "storage: s3");
  site.expect(0, with_bucket({"service", "add", "media", "--type", "media"}, server.settings()), "testing\n");
  site.expect(0, {"deploy"});
  LedgerWriters writers(site, {.writers = 2, .between = 500ms, .file_each = 1});
  writers.await_more(some);

  const Words move{"service", "move", "media", "--to", "s3"};
  const auto there = with_bucket(move, server.settings_of_other());
  const auto dry = and_more(there, {"--dry-run"});
  CHECK(contains(site.expect(2, move).err, "--s3-endpoint"));
  CHECK(contains(site.expect(5, {"service", "move", "media", "--to", "dedicated"}).err, "is in a bucket"));
  CHECK(contains(site.expect(4, with_bucket(move, server.settings()), "testing").err, "already"));
  CHECK(contains(site.expect(5, dry, "wrong").out, "does not accept the secret key of other:guest"));
  REQUIRE(other->put("theirs", tests::writer_of("t"), {}));
  CHECK(contains(site.expect(5, there, "guessing").err, "holds objects already"));
  CHECK(*tests::get_all(*other, "theirs") == "t");
  REQUIRE(other->remove("theirs"));
  const auto plan = site.expect(0, and_more(dry, {"-o", "json"}), "guessing").json();
  CHECK(plan["from"] == old_name);
  CHECK(plan["to"] == other_name);
  CHECK(plan["services"][0]["files"] >= some);
  CHECK(contains(plan["next"].get<std::string>(), "--to s3 --s3-endpoint " + server.settings().endpoint + " --s3-bucket others --access-key other:guest"));
  CHECK(contains(site.expect(5, and_more(there, {"--max-pause", "100ms"}), "guessing").err, "--allow-pause"));

  const auto moved = site.expect(0, and_more(there, {"--max-pause", "10s", "--plan-hash", plan["hash"], "-o", "json"}), "guessing").json();
  CHECK(moved["serves"] == other_name);
  CHECK(moved["phase"] == "soaking");
  CHECK(remembers_a_move(*other));
  CHECK_FALSE(remembers_a_move(*old));
  writers.await_more(some);
  CHECK(site.expect(0, {"exec", "web", "--", "printenv", "MEDIA_STORAGE_DSN"}).out.starts_with("s3://other%3Aguest:guessing@others."));
  CHECK(contains(site.expect(5, {"deploy"}).err, "is being moved from " + old_name));
  for (const auto& name : {old_name, other_name}) {
    CHECK(site.answer({"migrate", "reverse"})["serves"] == name);
    writers.await_more(some);
  }
  const auto kept = kept_by(site);
  CHECK_FALSE(contains(kept, "guessing"));
  CHECK_FALSE(contains(kept, "testing"));
  CHECK(contains(site.expect(0, {"migrate", "finalize", "--yes"}).err, "the bucket " + old_name + " stays"));
  CHECK_FALSE(remembers_a_move(*other));
  CHECK_FALSE(uploads_in(*old).empty());
  CHECK(contains(site.expect(0, {"service", "show", "media"}).out, server.settings_of_other().endpoint + "/others"));

  CHECK(contains(site.expect(5, with_bucket(move, server.settings()), "testing").err, "holds objects already"));
  remove_all(*old);
  site.expect(0, and_more(with_bucket(move, server.settings()), {"--max-pause", "10s", "--hold-cutover"}), "testing");
  writers.await_more(some);
  CHECK(site.answer({"migrate", "abort"})["phase"] == "aborted");
  CHECK_FALSE(remembers_a_move(*old));
  writers.await_more(some);
  writers.stop();
  check_no_upload_is_lost(writers, *other);
  CHECK(site.answer({"deploy"})["outcome"] == "unchanged");
}

TEST_CASE("media that people upload to move from a volume into a bucket, there and back: every upload is there once, none fails, and the volume goes after a backup") {
  const tests::S3Server server(gateway_of(needed_variable("DIVIO_TEST_ADDRESS")));
  const auto bucket = *storage::open_s3(server.settings());
  const auto bucket_name = "files at " + server.settings().endpoint;
  const std::string volume = "divio-ledger-live-media";
  const auto volumes = [] { return run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "volume", "ls", "-q"}, {}}).out; };
  const Site site({.base = "postgres:15", .port = 18368});
  write_uploads(site, "mount: /data/media");
  site.expect(0, {"deploy"});
  LedgerWriters writers(site, {.writers = 2, .between = 500ms, .file_each = 1});
  writers.await_more(some);

  const auto move = with_bucket({"service", "move", "media", "--to", "s3"}, server.settings());
  site.expect(0, {"exec", "web", "--", "ln", "-s", "nowhere", "/data/media/link"});
  CHECK(contains(site.expect(5, move, "testing").err, "put files in place of links"));
  site.expect(0, {"exec", "web", "--", "rm", "/data/media/link"});
  const auto plan = site.expect(0, and_more(move, {"--dry-run", "-o", "json"}), "testing").json();
  CHECK(plan["from"] == volume);
  CHECK(plan["to"] == bucket_name);
  CHECK(plan["services"][0]["files"] >= some);
  CHECK(contains(plan["obstacles"][0]["what"].get<std::string>(), "there is no folder /data/media any more"));

  CHECK(site.expect(0, and_more(move, {"--max-pause", "10s", "-o", "json"}), "testing").json()["serves"] == bucket_name);
  writers.await_more(some);
  CHECK(site.expect(0, {"exec", "web", "--", "printenv", "MEDIA_STORAGE_DSN"}).out.starts_with("s3://test%3Atester:testing@files."));
  CHECK(site.expect(1, {"exec", "web", "--", "grep", "/data/media", "/proc/self/mounts"}).out.empty());
  CHECK(contains(site.expect(0, {"migrate", "show"}).out, "The way back to volume " + volume));
  for (const auto& name : {volume, bucket_name}) {
    CHECK(site.answer({"migrate", "reverse"})["serves"] == name);
    writers.await_more(some);
  }
  site.expect(0, {"migrate", "finalize", "--yes"});
  CHECK_FALSE(contains(volumes(), volume + "\n"));
  CHECK_FALSE(remembers_a_move(*bucket));
  CHECK(contains(site.expect(0, {"backup", "list"}).out, "moved"));
  const auto shown = site.answer({"service", "show", "media"});
  CHECK(shown["bucket"] == server.settings().endpoint + "/files");
  CHECK(shown["mount"] == "");
  site.expect(0, {"restart"});
  CHECK(site.expect(1, {"exec", "web", "--", "grep", "/data/media", "/proc/self/mounts"}).out.empty());
  writers.await_more(some);
  writers.stop();
  check_no_upload_is_lost(writers, *bucket);
  CHECK_FALSE(contains(kept_by(site), "testing"));
  CHECK(site.answer({"deploy"})["outcome"] == "deployed");  // a release without the mount
  CHECK(site.answer({"deploy"})["outcome"] == "unchanged");
  CHECK_FALSE(contains(volumes(), volume + "\n"));
}
