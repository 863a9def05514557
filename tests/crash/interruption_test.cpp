// Deployments that are interrupted, meet each other, or cannot be written down.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>

#include <fstream>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

// A file system of a megabyte.
class SmallDisk {
 public:
  SmallDisk() {
    const auto mounted = mount("tmpfs", path().c_str(), "tmpfs", 0, "size=1m");
    REQUIRE_MESSAGE(mounted == 0, "a file system has to be mounted: run this with tests/run.sh");
  }
  ~SmallDisk() { umount(path().c_str()); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return folder_.path(); }
  void fill() const {
    std::ofstream file(path() / "filling", std::ios::binary | std::ios::app);
    const std::string piece(512, 'x');
    while (file.write(piece.data(), static_cast<std::streamsize>(piece.size())).flush()) continue;
  }
  void empty() const { std::filesystem::remove(path() / "filling"); }

 private:
  tests::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("Ctrl-C during a deployment ends it with exit code 8, leaves what served, and nothing of the new") {
  const Site site;
  site.expect(0, {"deploy"});
  const auto before = site.containers();
  for (const int number : {SIGINT, SIGTERM}) {
    const auto deployment = deploy_slowly(site, "30000");
    CHECK(site.containers() != before);
    deployment->signal(number);
    const auto ended = deployment->wait();
    CHECK_MESSAGE(ended.code == 8, ended.text());
    CHECK(site.visit_status() == 200);
    CHECK(site.containers() == before);
    const auto status = site.answer({"status"});
    CHECK(status["release"] == 1);
    CHECK(status["state"] == "serving");
    CHECK(status["operation"] == "");
  }
  site.expect(0, {"variable", "unset", "HELLO_START_DELAY_MS"});
  CHECK(site.answer({"deploy"})["outcome"] == "unchanged");
}

TEST_CASE("a deployment that meets another one is told who holds the environment, or waits for its turn") {
  const Site site;
  site.expect(0, {"deploy"});
  const auto first = deploy_slowly(site, "15000");
  const std::string operation = site.answer({"status"})["operation"];
  REQUIRE(!operation.empty());
  const auto refused = site.expect(4, {"deploy"});
  CHECK_MESSAGE(contains(refused.err, operation), refused.text());
  CHECK(contains(refused.err, "deploy"));
  CHECK(contains(refused.err, "--lock-wait"));
  const auto waited = site.expect(0, {"--lock-wait", "60s", "scale", "web=2"});
  CHECK_MESSAGE(contains(waited.err, operation), waited.text());
  const auto ended = first->wait();
  CHECK_MESSAGE(ended.code == 0, ended.text());
  const auto status = site.answer({"status"});
  CHECK(status["release"] == 2);
  CHECK(status["processes"]["web"]["healthy"] == 2);
}

TEST_CASE("a full disk under the state folder is said, and changes nothing that serves") {
  const SmallDisk disk;
  const Site site({.home = disk.path() / "state"});
  site.expect(0, {"deploy"});
  site.expect(0, {"variable", "set", "HELLO_NAME=next"});
  const auto before = site.containers();
  disk.fill();
  const auto refused = site.divioctl({"deploy"});
  CHECK_MESSAGE(refused.code == 1, refused.text());
  CHECK_MESSAGE(contains(refused.err, "no space left on the disk"), refused.text());
  CHECK(contains(refused.err, site.home().string()));
  CHECK(site.containers() == before);
  CHECK(site.visit_status() == 200);
  disk.empty();
  site.expect(0, {"deploy"});
  CHECK(contains(site.visit(), "name=next"));
}
