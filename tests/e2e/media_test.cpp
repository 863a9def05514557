// Media with the real program: from a folder into the application's containers and back.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;
namespace fs = std::filesystem;

namespace {

constexpr const char* project_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  media: {type: media, mount: /data/media}\n"
    "environments:\n  live: {branch: main}\n";

std::string inside(const Site& site, const std::string& commands) {
  return site.expect(0, {"exec", "web", "--", "sh", "-c", commands}).out;
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("files of a folder are in the containers, what they upload is in the folder, and removing needs consent") {
  const Site site({.base = "debian:bookworm-slim", .port = 18360});
  site.write("divio.yaml", project_file);
  site.commit("Media");
  const tests::TemporaryFolder files;
  write_file(files / "logo.png", "picture");
  write_file(files / "2026" / "a b.txt", "text");

  CHECK(site.expect(3, {"media", "push", files.path().string()}).err.find("divioctl") != std::string::npos);
  site.expect(0, {"deploy"});
  const auto planned = site.answer({"media", "push", files.path().string(), "--dry-run"});
  CHECK(planned["outcome"] == "planned");
  CHECK(planned["copied_files"] == 2);
  CHECK(inside(site, "ls /data/media").empty());

  const auto pushed = site.answer({"media", "push", files.path().string()});
  CHECK(pushed["outcome"] == "changed");
  CHECK(pushed["copied_files"] == 2);
  CHECK(inside(site, "cat '/data/media/2026/a b.txt' /data/media/logo.png") == "textpicture");
  CHECK(site.answer({"media", "push", files.path().string()})["outcome"] == "unchanged");

  inside(site, "echo upload >/data/media/uploaded && rm /data/media/logo.png");
  const auto listed = site.answer({"media", "list"});
  CHECK(listed["files"].size() == 2);
  CHECK(listed["files"][1]["path"] == "uploaded");
  CHECK(listed["bytes"] == 11);

  const auto refused = site.expect(5, {"media", "pull", files.path().string(), "--delete"});
  CHECK(contains(refused.err, "removing files needs your consent"));
  CHECK(fs::exists(files / "logo.png"));
  const auto pulled = site.answer({"media", "pull", files.path().string(), "--delete", "--yes"});
  CHECK(pulled["copied_files"] == 1);
  CHECK(pulled["removed_files"] == 1);
  CHECK_FALSE(fs::exists(files / "logo.png"));
  CHECK(file_text(files / "uploaded") == "upload\n");

  CHECK(site.expect(3, {"media", "push", "/nowhere/at/all"}).err.find("/nowhere/at/all") != std::string::npos);
  CHECK(site.expect(3, {"media", "list", "--service", "films"}).err.find("there is media") != std::string::npos);

  // What gave access is gone, so nothing holds the volume up.
  site.expect(0, {"service", "detach", "media"});
  site.answer({"media", "list"});
  site.expect(0, {"service", "remove", "media", "--yes"});
  CHECK(site.belongings().find("hello-live-media") == std::string::npos);
}
