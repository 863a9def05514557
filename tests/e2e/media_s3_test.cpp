// Media in S3 with the real program, a real engine and a real S3 server.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "storage/storages.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;
namespace fs = std::filesystem;

namespace {

// Where the file does not say where media are, `live` has the bucket that it is given, and `test` a volume.
constexpr const char* any_storage_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  media: {type: media{}}\n"
    "environments:\n  live: {branch: main}\n  test: {branch: main}\n";

std::string with_storage(const std::string& storage) {
  std::string text = any_storage_file;
  return text.replace(text.find("{}"), 2, storage);
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

Words add_words(const std::string& endpoint, const std::string& bucket = "files") {
  return {"service", "add", "media", "--type", "media", "--s3-endpoint", endpoint, "--s3-bucket", bucket, "--access-key", "test:tester"};
}

}  // namespace

TEST_CASE("an endpoint of an authority of one's own: refused without its certificate, and then pushed to and backed up to") {
  const auto ground = tests::s3_ground();
  const auto endpoint = tests::s3_server().tls_settings().endpoint;
  const Site site({.base = "debian:bookworm-slim", .port = 18362});
  site.write("divio.yaml", with_storage(", storage: s3"));
  site.commit("Media");
  const auto with = [](Words words, const std::string& option, const std::string& file) {
    words.insert(words.end(), {option, file});
    return words;
  };
  const auto add = add_words(endpoint);
  CHECK(contains(site.expect(6, add, "testing").err, "--s3-authority FILE"));
  CHECK(contains(site.expect(6, with(add, "--s3-authority", tests::s3_server().other_authority_file()), "testing").err, "was given for it"));
  CHECK(contains(site.expect(2, with(add, "--s3-authority", site.code() / "Dockerfile"), "testing").err, "has no certificate"));
  const tests::TemporaryFolder files;
  fs::copy_file(tests::s3_server().authority_file(), files / "ca.pem");
  site.expect(0, with(add, "--s3-authority", files / "ca.pem"), "testing");
  const Words store{"backup", "store", "--endpoint", endpoint, "--bucket", "files", "--prefix", "backups", "--access-key", "test:tester"};
  CHECK(contains(site.expect(6, store, "testing").err, "--authority FILE"));
  CHECK(contains(site.expect(2, with(store, "--authority", site.code() / "Dockerfile"), "testing").err, "has no certificate"));
  site.expect(0, with(store, "--authority", files / "ca.pem"), "testing");
  fs::remove(files / "ca.pem");  // what is kept is what was in it

  site.expect(0, {"deploy"});
  write_file(files / "logo.png", "picture");
  CHECK(site.answer({"media", "push", files.path().string()})["copied_files"] == 1);
  CHECK(ground->storage->head("logo.png"));
  site.expect(0, {"backup", "create", "--verify"});
  const Words rotate{"service", "rotate", "media", "--access-key", "test:tester"};
  CHECK(contains(site.expect(6, with(rotate, "--s3-authority", tests::s3_server().other_authority_file()), "testing").err, "was given for it"));
  site.expect(0, with(rotate, "--s3-authority", tests::s3_server().authority_file()), "testing");
  CHECK(site.answer({"media", "list"})["files"].size() > 0);
}

TEST_CASE("media in a bucket: given, tried out, pushed, backed up, copied from a volume and to one, and left alone in the end") {
  const auto ground = tests::s3_ground();
  const auto endpoint = tests::s3_server().settings().endpoint;
  const Site site({.base = "debian:bookworm-slim", .port = 18362});
  site.write("divio.yaml", with_storage(", storage: s3"));
  site.commit("Media");
  CHECK(contains(site.expect(5, {"deploy"}).err, "divioctl service add media -e live --type media --s3-endpoint URL"));
  CHECK(contains(site.expect(1, add_words(endpoint), "wrong").err, "does not accept the secret key of test:tester"));
  CHECK(contains(site.expect(3, add_words(endpoint, "not-there"), "testing").err, "there is no bucket not-there"));
  CHECK(contains(site.expect(6, add_words("https://127.0.0.1:1"), "testing").err, "nothing answers at https://127.0.0.1:1"));
  CHECK(contains(site.expect(2, {"service", "add", "media", "--type", "media", "--s3-bucket", "files"}).err, "--s3-endpoint"));
  site.expect(0, add_words(endpoint), "testing\n");
  site.expect(0, {"deploy"});
  const auto dsn = site.expect(0, {"exec", "web", "--", "printenv", "DEFAULT_STORAGE_DSN"}).out;
  CHECK_MESSAGE(dsn.starts_with("s3://test%3Atester:testing@files.127.0.0.1:"), dsn);
  const auto shown = site.expect(0, {"service", "show", "media"}).out;
  CHECK(contains(shown, endpoint + "/files"));
  CHECK_FALSE(contains(shown, "testing"));

  const tests::TemporaryFolder files;
  write_file(files / "logo.png", "picture");
  write_file(files / "2026" / "a b.txt", "text");
  CHECK(site.answer({"media", "push", files.path().string(), "--dry-run"})["copied_files"] == 2);
  CHECK(site.answer({"media", "push", files.path().string()})["copied_files"] == 2);
  CHECK(site.answer({"media", "push", files.path().string()})["outcome"] == "unchanged");
  CHECK(*tests::get_all(*ground->storage, "2026/a b.txt") == "text");
  REQUIRE(ground->storage->put("uploaded", tests::writer_of("upload"), {}));
  CHECK(site.answer({"media", "list"})["files"].size() == 3);
  CHECK(site.answer({"media", "pull", files.path().string()})["copied_files"] == 1);

  site.expect(0, {"backup", "create", "--verify"});
  REQUIRE(ground->storage->remove("uploaded"));
  REQUIRE(ground->storage->put("later", tests::writer_of("x"), {}));
  site.expect(0, {"backup", "restore", "--replace", "--yes"});
  CHECK(site.answer({"media", "push", files.path().string(), "--delete", "--dry-run"})["unchanged_files"] == 3);
  CHECK_FALSE(ground->storage->head("later"));

  site.write("divio.yaml", with_storage(""));
  site.commit("A volume where there is no bucket");
  site.expect(0, {"deploy", "-e", "test"});
  site.expect(0, {"data", "copy", "--from", "live", "--to", "test", "--yes"});
  CHECK(site.expect(0, {"exec", "-e", "test", "web", "--", "cat", "/data/media/uploaded", "/data/media/2026/a b.txt"}).out == "uploadtext");
  site.expect(0, {"exec", "-e", "test", "web", "--", "sh", "-c", "echo new >/data/media/new && rm /data/media/logo.png"});
  site.expect(0, {"data", "copy", "--from", "test", "--to", "live", "--replace", "--yes"});
  CHECK(*tests::get_all(*ground->storage, "new") == "new\n");
  CHECK_FALSE(ground->storage->head("logo.png"));

  CHECK(contains(site.expect(5, {"service", "rotate", "media"}).err, "--access-key ID"));
  site.expect(0, {"service", "rotate", "media", "--access-key", "test:tester"}, "testing");
  site.expect(0, {"deploy"});
  site.expect(0, {"service", "detach", "media"});
  CHECK(contains(site.expect(0, {"service", "remove", "media", "--yes"}).err, "stays, with its files"));
  CHECK(ground->storage->head("new"));
}
