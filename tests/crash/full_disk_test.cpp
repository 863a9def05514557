// A region whose disk is full: what fails says whose disk it is and leaves nothing behind, what serves goes on.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "crash/full_disk.hpp"
#include "crash/own_engine.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using crash::OwnEngine;
using tests::contains;
namespace fs = std::filesystem;

namespace {

constexpr const char* project_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  default: postgres\n  media: {type: media, mount: /data/media}\n"
    "environments:\n  live: {branch: main}\n  test: {branch: main}\n";

void check_refused(const Site& site, const Words& words, const std::string& input = {}) {
  const auto ended = site.divioctl(words, input);
  CHECK_MESSAGE(ended.code == 1, ended.text());
  CHECK_MESSAGE(contains(ended.err, "the disk of region local is full"), ended.text());
}

}  // namespace

TEST_CASE("on a full disk deployments, media, data and a restore each fail with the region's name, what serves goes on, and with room again all of it works") {
  const OwnEngine engine("1400M", {"debian:bookworm-slim", "haproxy:2.6", "postgres:15"});
  const Site site({.base = "debian:bookworm-slim", .port = 18372});
  site.write("divio.yaml", project_file);
  site.commit("Services");
  site.expect(0, {"deploy"});
  site.expect(0, {"data", "push", "-", "--yes"}, "create table note as select 'kept' as word;\n");
  const auto pictures = site.home().parent_path() / "pictures";
  fs::create_directory(pictures);
  std::ofstream(pictures / "large") << std::string(std::size_t{8} << 20, 'p');
  const std::string rows = "create table more as select repeat(md5(n::text), 100) as word from generate_series(1, 30000) as n;\n";
  std::ofstream(site.code() / "large") << std::string(std::size_t{8} << 20, 'c');
  site.change_code("With a large file");
  const auto ran = site.containers();
  site.expect(0, {"backup", "create"});
  const auto had = site.belongings();
  {
    const crash::FullDisk full(needed_variable("DIVIO_TEST_ENGINE"));
    check_refused(site, {"deploy"});
    check_refused(site, {"media", "push", pictures.string()});
    check_refused(site, {"data", "push", "-", "--replace", "--yes"}, rows);
    check_refused(site, {"deploy", "-e", "test", "--ref", "main~1"});
    check_refused(site, {"backup", "restore", "--replace", "--yes"});
    CHECK(contains(site.visit(), "release=1"));
  }
  CHECK(site.belongings() == had);
  CHECK(site.containers() == ran);
  CHECK(contains(site.expect(0, {"service", "shell", "default"}, "select word from note;\n").out, "kept"));
  CHECK(site.answer({"status"})["release"] == 1);
  CHECK(comes_true([&] { return site.answer({"status"})["state"] == "serving"; }, std::chrono::minutes(1)));
  site.expect(0, {"deploy"});
  CHECK(contains(site.visit(), "release=2"));
  site.expect(0, {"media", "push", pictures.string()});
  site.expect(0, {"data", "push", "-", "--replace", "--yes"}, rows);
  CHECK(contains(site.expect(0, {"service", "shell", "default"}, "select count(*) from more;\n").out, "30000"));
}
