// The two ways in which the Docker adapter builds: the contract's build promises hold for both, and a cancelled build
// is over in the engine too.
#include <dirent.h>
#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "docker/ground_docker.hpp"
#include "engines/docker/builds.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::contract;

namespace {

// Whether a process with `word` in its command line runs on this machine, which is the engine's too.
bool runs(const std::string& word) {
  DIR* folder = ::opendir("/proc");
  REQUIRE(folder != nullptr);
  bool found = false;
  while (const dirent* entry = ::readdir(folder)) {
    std::ifstream file(fmt::format("/proc/{}/cmdline", entry->d_name));
    std::string line;
    std::getline(file, line, '\n');  // nothing of a process that has just ended
    found = found || line.find(std::string("sleep") + '\0' + word) != std::string::npos;
  }
  ::closedir(folder);
  return found;
}

bool within_20_seconds(const std::function<bool()>& holds) {
  for (int i = 0; i < 200; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

void check_over_in_engine(engines::BuildWith with) {
  const auto ground = open_ground();
  const auto engine = open_test_engine(with);
  const auto duration = fmt::format("3{}", std::stoul(random_hex(3), nullptr, 16));  // seconds, and nobody else's
  const auto spec = build_of(*ground, "endless", fmt::format("FROM {}\nRUN sleep {}\n", image, duration));
  std::stop_source source;
  std::jthread stopper([&] {
    CHECK(within_20_seconds([&] { return runs(duration); }));
    source.request_stop();
  });
  CHECK_CODE(ErrorCode::cancelled, engine->images().build(spec, {}, source.get_token()));
  CHECK(within_20_seconds([&] { return !runs(duration); }));
}

}  // namespace

TEST_CASE("The engine's own builder keeps the promises of a build") {
  const auto ground = open_ground();
  const auto engine = open_test_engine(engines::BuildWith::engine);
  SUBCASE("success") {
    check_build(*ground, engine->images());
  }
  SUBCASE("failure") {
    check_failing_build(*ground, engine->images());
  }
  SUBCASE("cancelled") {
    check_cancelled_build(*ground, engine->images());
  }
  SUBCASE("a context that fails") {
    check_broken_context(*ground, engine->images());
  }
}

TEST_CASE("A cancelled build ends in the engine, whoever builds") {
  SUBCASE("the engine") {
    check_over_in_engine(engines::BuildWith::engine);
  }
  SUBCASE("BuildKit where a client is installed") {
    check_over_in_engine(engines::BuildWith::best);
  }
}

TEST_CASE("A Dockerfile in a folder of its own is used, and one that is not there is named") {
  const auto ground = open_ground();
  auto with = engines::BuildWith::best;
  SUBCASE("the best builder") {}
  SUBCASE("the engine") {
    with = engines::BuildWith::engine;
  }
  const auto engine = open_test_engine(with);
  auto spec = build_of(*ground, "elsewhere", std::string("FROM ") + image + "\n");
  spec.settings.dockerfile = "docker/Dockerfile.web";
  const auto built = engine->images().build(spec, {}, {});
  CHECK_CODE(ErrorCode::failed, built);
  CHECK(built.error().message.find("Dockerfile.web") != std::string::npos);
}

TEST_CASE("A client that can use BuildKit is found whatever endpoint the environment names") {
  const auto before = engines::find_buildkit_client();
  for (const char* endpoint : {"ssh://root@eu/path/of/docker.sock", "nonsense"}) {
    ::setenv("DOCKER_HOST", endpoint, 1);
    CHECK(engines::find_buildkit_client() == before);
  }
  ::unsetenv("DOCKER_HOST");
}
