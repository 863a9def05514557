#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "layers/includes.hpp"

namespace divio::test {

const std::vector<Room>& rooms() {
  static const std::vector<Room> all{
      {"divio", {}},
      {"support", {}},
      {"model", {"support"}},
      {"wire", {"support", "model"}},
      {"planning", {"support", "model", "wire"}},
      {"ports", {"support", "model", "wire"}},
      // What divioctl needs of the machine, and the adapters of ports. None knows another, nor those who use it.
      {"system", {"support", "model", "wire", "ports"}},
      {"config", {"support", "model", "wire", "ports", "system"}},
      {"engines", {"support", "model", "wire", "ports", "system"}},
      {"ingress", {"support", "model", "wire", "ports", "system"}},
      {"sources", {"support", "model", "wire", "ports", "system"}},
      {"storage", {"support", "model", "ports", "system"}},
      {"store", {"support", "model", "wire", "ports", "system"}},
      // What is done, in terms of ports.
      {"builder", {"support", "model", "wire", "planning", "ports"}},
      {"services", {"support", "model", "wire", "planning", "ports"}},
      {"media", {"support", "model", "ports", "system"}},
      {"backups", {"support", "model", "wire", "ports", "system"}},
      {"controller", {"support", "model", "wire", "planning", "ports", "builder", "services", "media", "backups"}},
      {"migration", {"support", "model", "wire", "planning", "ports", "builder", "services", "media", "backups", "controller", "system"}},
      // The public functions, and the one file that puts adapters behind ports.
      {"platform",
       {"support", "model", "wire", "planning", "ports", "builder", "services", "media", "backups", "controller", "migration",
        "system", "config", "engines", "ingress", "sources", "storage", "store"}},
      // The command line does nothing that the public functions do not offer.
      {"cli", {"support", "model", "wire"}},
  };
  return all;
}

const std::vector<Library>& libraries() {
  static const std::vector<Library> all{
      {"tl/", {"include/divio/result.hpp"}},
      {"fmt/", {"lib/", "cli/"}},
      {"sodium", {"lib/support/", "lib/store/", "lib/backups/"}},
      {"nlohmann/", {"lib/wire/", "lib/engines/", "lib/ingress/", "lib/store/"}},
      {"yaml-cpp/", {"lib/config/"}},
      {"git2", {"lib/sources/git/"}},
      {"archive", {"lib/sources/"}},
      {"sqlite3", {"lib/store/sqlite/"}},
      {"zstd", {"lib/backups/"}},
      {"curl/", {"lib/system/"}},
      {"openssl/", {"lib/system/", "lib/migration/relay/"}},
      {"CLI/", {"cli/parse.cpp"}},
  };
  return all;
}

}  // namespace divio::test

using namespace divio::test;

namespace {

std::vector<std::string> tried(const std::string& path, const std::string& include) {
  return forbidden_includes({{path, "#pragma once\n\n#include " + include + "\n"}});
}

}  // namespace

TEST_CASE("no file includes what its layer may not know") {
  const auto tree = read_tree({"include", "lib", "cli"});
  REQUIRE(tree.size() > 300);
  for (const auto& wrong : forbidden_includes(tree)) FAIL_CHECK(wrong);
}

TEST_CASE("the list has each room of the house once, and none that is not there") {
  namespace fs = std::filesystem;
  std::vector<std::string> there{"divio", "cli"};
  for (const auto& entry : fs::directory_iterator(DIVIO_SOURCE_DIR "/lib"))
    if (entry.is_directory()) there.push_back(entry.path().filename().string());
  std::vector<std::string> listed;
  for (const auto& room : rooms()) listed.emplace_back(room.name);
  std::ranges::sort(there);
  std::ranges::sort(listed);
  CHECK(listed == there);
}

TEST_CASE("every layer stands on layers above it in the list, so there is no circle") {
  std::vector<std::string_view> above;
  for (const auto& room : rooms()) {
    CAPTURE(room.name);
    for (const auto& included : room.may_include) CHECK(std::ranges::find(above, included) != above.end());
    above.push_back(room.name);
  }
}

TEST_CASE("an include that the layers forbid is found") {
  const std::vector<std::pair<std::string, std::string>> forbidden{
      {"lib/support/text.cpp", "\"model/names.hpp\""},
      {"lib/model/release.hpp", "\"wire/field.hpp\""},
      {"lib/planning/rollout.cpp", "\"ports/engine.hpp\""},
      {"lib/planning/rollout.cpp", "\"controller/runtime.hpp\""},
      {"lib/ports/engine.hpp", "\"engines/docker/docker.hpp\""},
      {"lib/builder/build.cpp", "\"controller/runtime.hpp\""},
      {"lib/controller/deploy.cpp", "\"engines/docker/docker.hpp\""},
      {"lib/controller/deploy.cpp", "\"system/files.hpp\""},
      {"lib/engines/docker/images.cpp", "\"ingress/haproxy/layout.hpp\""},
      {"lib/ingress/haproxy/render.cpp", "\"planning/plan.hpp\""},
      {"lib/store/sqlite/store.cpp", "\"config/reader.hpp\""},
      {"lib/system/http.cpp", "\"sources/source.hpp\""},
      {"lib/platform/platform.cpp", "\"cli/command.hpp\""},
      {"lib/platform/operations.cpp", "\"engines/docker/docker.hpp\""},
      {"cli/commands/deploy.cpp", "\"controller/deploy.hpp\""},
      {"cli/commands/deploy.cpp", "<ports/engine.hpp>"},
      {"include/divio/views.hpp", "\"model/release.hpp\""},
      {"lib/billing/plans.cpp", "<string>"},
  };
  for (const auto& [path, include] : forbidden) {
    CAPTURE(path);
    CAPTURE(include);
    const auto found = tried(path, include);
    REQUIRE(found.size() == 1);
    CHECK(found.front().starts_with(path + ": "));
  }
}

TEST_CASE("somebody else's header outside its room is found, and so is one that has no room") {
  const std::vector<std::pair<std::string, std::string>> forbidden{
      {"cli/commands/deploy.cpp", "<CLI/CLI.hpp>"},
      {"lib/wire/field.cpp", "<CLI/CLI.hpp>"},
      {"lib/model/release.cpp", "<nlohmann/json.hpp>"},
      {"lib/controller/views.cpp", "<nlohmann/json.hpp>"},
      {"lib/wire/field.cpp", "<yaml-cpp/yaml.h>"},
      {"lib/sources/tar.cpp", "<git2.h>"},
      {"lib/engines/docker/api.cpp", "<curl/curl.h>"},
      {"lib/controller/prune.cpp", "<sqlite3.h>"},
      {"lib/model/names.cpp", "<sodium.h>"},
      {"lib/engines/docker/images.cpp", "<archive_entry.h>"},
      {"include/divio/views.hpp", "<fmt/format.h>"},
      {"lib/support/text.cpp", "<boost/regex.hpp>"},
      {"lib/support/text.cpp", "\"text.hpp\""},
      {"lib/support/text.cpp", "\"../model/names.hpp\""},
      {"lib/support/text.cpp", "SOME_MACRO"},
      {"lib/model/names.cpp", "\"version_text.hpp\""},
  };
  for (const auto& [path, include] : forbidden) {
    CAPTURE(path);
    CAPTURE(include);
    CHECK(tried(path, include).size() == 1);
  }
}

TEST_CASE("what the layers allow is let through") {
  const std::vector<std::pair<std::string, std::string>> allowed{
      {"lib/model/release.hpp", "\"model/names.hpp\""},
      {"lib/model/release.cpp", "\"support/text.hpp\""},
      {"lib/controller/deploy.cpp", "\"builder/build.hpp\""},
      {"lib/platform/wiring.cpp", "\"store/sqlite/store.hpp\""},
      {"lib/platform/codebase.cpp", "\"sources/source.hpp\""},
      {"lib/platform/settings.cpp", "\"version_text.hpp\""},
      {"lib/store/sqlite/connection.cpp", "<sqlite3.h>"},
      {"lib/system/http.cpp", "<curl/curl.h>"},
      {"cli/parse.cpp", "<CLI/CLI.hpp>"},
      {"cli/call.cpp", "\"divio/platform.hpp\""},
      {"include/divio/result.hpp", "<tl/expected.hpp>"},
      {"lib/system/spawn.cpp", "<sys/wait.h>"},
      {"lib/support/text.cpp", "<string_view>"},
      {"lib/model/CMakeLists.txt", "<nlohmann/json.hpp>"},
  };
  for (const auto& [path, include] : allowed) {
    CAPTURE(path);
    CAPTURE(include);
    CHECK(tried(path, include).empty());
  }
}
