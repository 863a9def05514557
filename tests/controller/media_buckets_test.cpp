// Media in S3: from the bucket that somebody gives to the containers, and what keeps environments apart.
#include <doctest/doctest.h>

#include "controller/backups.hpp"
#include "controller/bucket_world.hpp"
#include "controller/migrations.hpp"
#include "controller/project_volumes.hpp"
#include "controller/service_changes.hpp"
#include "controller/service_views.hpp"

using namespace divio;
using namespace divio::controller;
using namespace divio::controller::testing;
using model::ServiceType;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a deployment that wants media in S3 is refused until there is a bucket, says what to type, and makes nothing") {
  BucketWorld world;
  const auto refused = world.deploy("one");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().message == "divio.yaml wants service 'media' in S3, and shop-live has no bucket for it yet");
  CHECK(refused.error().hint.find("divioctl service add media -e live --type media --s3-endpoint URL") != std::string::npos);
  CHECK(world.containers().empty());
  CHECK(world.store->services().services(world.key)->empty());

  REQUIRE(world.add(world.key, world.login("one", "KEY1")));
  REQUIRE(world.deploy("one"));
  CHECK(world.state("media") == "attached");
  CHECK(service(*world.runtime, world.key, "media")->bucket == "https://s3.example.com/one");
  CHECK_FALSE(service(*world.runtime, world.key, "media")->s3_authority);
  CHECK(world.variable("shop-live-web-r1-1", "DEFAULT_STORAGE_DSN").starts_with("s3://KEY1:secret@one.s3.example.com/?auth=s3v4"));
  CHECK(world.store->releases().releases(world.key)->front().config.volumes.empty());
}

TEST_CASE("where the file does not say a storage, media are where they are") {
  BucketWorld world;
  world.file.services.front().storage = {};
  world.file.services.front().mount = "/data/media";
  auto spec = world.file.services.front();
  spec.mount.clear();
  spec.storage = model::MediaStorage::s3;
  REQUIRE(add_service(*world.runtime, world.key, spec, world.login("one", "KEY1")));
  REQUIRE(world.deploy("one"));
  CHECK(world.row("media").mount.empty());
  CHECK(world.variable("shop-live-web-r1-1", "MEDIA_STORAGE_DSN").starts_with("s3://"));
  world.file.services.front().storage = model::MediaStorage::volume;
  const auto refused = world.deploy("two");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "service 'media' is media in S3, but divio.yaml says media in a volume");
}

TEST_CASE("what a release mounts is where its media are now, whatever was so when it was made") {
  BucketWorld world;
  world.file.services.front().storage = {};
  world.file.services.front().mount = "/data/media";
  std::map<std::string, Names> mounted;
  world.next_image.behaviour = [&mounted, usual = world.next_image.behaviour](const ports::ContainerSpec& it) {
    for (const auto& mount : it.mounts) mounted[it.name].push_back(mount.volume + " at " + mount.path);
    return usual(it);
  };
  REQUIRE(world.deploy("one"));
  const auto in_volume = world.row("media");
  CHECK(mounted[world.serving().front()] == Names{"divio-shop-live-media at /data/media"});
  auto in_bucket = model::place_of(in_volume);
  in_bucket.login = world.login("one", "KEY1");
  REQUIRE(world.store->services().put_service(model::placed(in_volume, in_bucket)));
  REQUIRE(restart(*world.runtime, world.key, world.call()));
  const auto of_bucket = world.serving().front();
  CHECK(mounted[of_bucket].empty());
  CHECK(world.variable(of_bucket, "MEDIA_STORAGE_DSN").starts_with("s3://KEY1"));
  const auto release = *world.store->releases().release(world.key, 1);
  CHECK(project_volumes(*world.runtime, world.key, release->config, *world.store->services().services(world.key))->empty());
  REQUIRE(world.store->services().put_service(model::placed(world.row("media"), model::place_of(in_volume))));
  CHECK(world.row("media") == in_volume);
  REQUIRE(restart(*world.runtime, world.key, world.call()));
  CHECK(mounted[world.serving().front()] == Names{"divio-shop-live-media at /data/media"});
}

TEST_CASE("a bucket or a key pair by which one environment could read another's files is refused") {
  BucketWorld world;
  CHECK(world.add(world.key, world.login("one", "OTHER")).error().code == ErrorCode::failed);
  REQUIRE(world.add(world.test(), world.login("two", "OTHER")));
  CHECK(world.add(world.key, world.login("two", "OTHER")).error().message == "the bucket https://s3.example.com/two is that of service media of shop-test");
  CHECK(world.add(world.key, world.login("one", "BOTH")).error().message == "access key BOTH also opens the bucket of service media of shop-test");
  world.opens["OTHER"].push_back("one");
  CHECK(world.add(world.key, world.login("one", "KEY1")).error().message == "the bucket https://s3.example.com/one is open to the access key of service media of shop-test");
  world.opens["OTHER"].pop_back();
  REQUIRE(world.add(world.key, world.login("one", "KEY1")));
  CHECK(world.files().empty());  // what tried it out is gone
}

TEST_CASE("a bucket to which another environment's media are on their way, or may go back, is that environment's") {
  BucketWorld world;
  world.opens["THREE"] = {"three"};
  REQUIRE(world.add(world.key, world.login("one", "KEY1")));
  model::Migration moving{.id = "01m", .key = world.key, .source = world.runtime->region.name, .target = world.runtime->region.name};
  moving.services = {{"media", "one", "two", "media", false}};
  moving.services.front().source_place = model::place_of(world.row("media"));
  moving.services.front().target_place = model::ServicePlace{.login = world.login("two", "OTHER")};
  REQUIRE(put_migration(*world.store, moving));
  CHECK(world.add(world.test(), world.login("two", "OTHER")).error().message == "the bucket https://s3.example.com/two is that of service media of shop-live");
  CHECK(world.add(world.test(), world.login("one", "KEY1")).error().message == "the bucket https://s3.example.com/one is that of service media of shop-live");
  moving.phase = model::MigrationPhase::aborted;
  REQUIRE(put_migration(*world.store, moving));
  REQUIRE(world.add(world.test(), world.login("two", "OTHER")));
}

TEST_CASE("a new key pair replaces the instances and forgets the old one; one that does not open the bucket changes nothing") {
  BucketWorld world;
  REQUIRE(world.add(world.key, world.login("one", "KEY1")));
  REQUIRE(world.deploy("one"));
  CHECK(rotate_service(*world.runtime, world.key, {"media"}, world.call()).error().hint.find("service rotate media -e live --access-key ID") != std::string::npos);
  CHECK_FALSE(rotate_service(*world.runtime, world.key, {"media", "OTHER", Secret("secret")}, world.call()));
  CHECK(world.row("media").role == "KEY1");
  world.notices.clear();
  REQUIRE(rotate_service(*world.runtime, world.key, {"media", "KEY2", Secret("secret")}, world.call()));
  CHECK(world.serving() == Names{"shop-live-web-r1g1-1"});
  CHECK(world.row("media").role == "KEY2");
  CHECK(world.row("media").old_password.empty());
  CHECK(any_holds(world.notices, "nothing uses access key KEY1 any more"));
  for (const auto& [name, variables] : world.given)
    if (name == world.serving().front()) CHECK(variables.at("MEDIA_STORAGE_DSN").value.reveal().starts_with("s3://KEY2:"));
  CHECK(rotate_service(*world.runtime, world.key, {"nothing", "KEY2", Secret("secret")}, world.call()).error().code == ErrorCode::not_found);
}

TEST_CASE("with a key pair comes the certificate of another authority, which is tried out too and stays where the next has none") {
  BucketWorld world;
  std::vector<std::string> authorities;
  world.runtime->open_bucket = [&, open = world.runtime->open_bucket](const model::Bucket& bucket, const std::string& access_key, const Secret& secret_key) {
    authorities.push_back(bucket.authority);
    return open(bucket, access_key, secret_key);
  };
  auto login = world.login("one", "KEY1");
  login.bucket.authority = "first";
  REQUIRE(world.add(world.key, login));
  REQUIRE(world.deploy("one"));
  CHECK(rotate_service(*world.runtime, world.key, {"media", "", {}, "second"}, world.call()).error().hint.find("--access-key") != std::string::npos);
  CHECK_FALSE(rotate_service(*world.runtime, world.key, {"media", "OTHER", Secret("secret"), "second"}, world.call()));
  CHECK(world.row("media").bucket->authority == "first");
  CHECK(service(*world.runtime, world.key, "media")->s3_authority);
  REQUIRE(rotate_service(*world.runtime, world.key, {"media", "KEY1", Secret("secret"), "second"}, world.call()));
  CHECK(authorities == std::vector<std::string>{"first", "second", "second"});
  CHECK(world.row("media").bucket->authority == "second");
  REQUIRE(rotate_service(*world.runtime, world.key, {"media", "KEY2", Secret("secret")}, world.call()));
  CHECK(world.row("media").bucket->authority == "second");
}

TEST_CASE("removing the service takes no backup, and leaves the bucket and says so") {
  BucketWorld world;
  REQUIRE(world.add(world.key, world.login("one", "KEY1")));
  REQUIRE(world.deploy("one"));
  world.upload("one", "upload", "1");
  REQUIRE(detach_service(*world.runtime, world.key, {"media"}, world.call()));
  const auto no_backup = [](const model::ServiceInstance&) -> Result<void> { return fail(ErrorCode::bug, "nothing is lost that had to be kept"); };
  REQUIRE(remove_service(*world.runtime, world.key, {"media"}, world.call(), no_backup));
  CHECK(any_holds(world.notices, "the bucket https://s3.example.com/one stays"));
  CHECK(storage::open_folder(world.place / "one")->head("upload"));
  CHECK(world.state("media") == "none");
}

TEST_CASE("a backup has what is in the bucket, and its restore puts it there again, and nothing else") {
  BucketWorld world;
  REQUIRE(world.add(world.key, world.login("one", "KEY1")));
  REQUIRE(world.deploy("one"));
  world.upload("one", "a/upload", "1");
  world.upload("one", "b", "2");
  const backups::Shelf shelf{storage::open_folder(world.place / "shelf"), "", backups::BackupKey::make(), "catalogue"};
  const auto backup = make_backup(*world.runtime, shelf, {world.key, "media"}, world.call());
  REQUIRE(backup);
  CHECK(backup->services.front().evidence.tables.front().rows == 2);
  world.upload("one", "b", "changed");
  world.upload("one", "c", "3");
  REQUIRE(restore_backup(*world.runtime, shelf, {world.key, *backup, "media"}, world.call()));
  CHECK(world.files() == Names{"a/upload", "b"});
  CHECK(storage::open_folder(world.place / "one")->head("b")->bytes == 1);
}

TEST_CASE("without the catalogue's key an imported bucket waits for its key pair") {
  BucketWorld world;
  REQUIRE(world.add(world.key, world.login("one", "KEY1")));
  REQUIRE(world.deploy("one"));
  auto lost = world.row("media");
  lost.role.clear();
  lost.password = {};
  REQUIRE(world.store->services().put_service(lost));
  const auto refused = world.deploy("two");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().hint == "give it one: divioctl service rotate media -e live --access-key ID");
  CHECK(media_place(*world.runtime, lost, {}).error().code == ErrorCode::refused);
  REQUIRE(rotate_service(*world.runtime, world.key, {"media", "KEY2", Secret("secret")}, world.call()));
  REQUIRE(world.deploy("two"));
}
