#include "services/blueprints.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "fakes/temporary_folder.hpp"

using namespace divio;
using namespace divio::services;
using divio::model::Scope;
using divio::model::ServiceType;

namespace {

// What a Redis does before it starts, with its data in a folder here; whether that let it start.
bool prepare_redis(const std::string& folder, bool full) {
  std::string script(blueprint(ServiceType::redis).prepare);
  const std::string there = "/data";
  script.replace(script.find(there), there.size(), folder);
  const std::string limit = full ? "trap '' XFSZ\nulimit -f 0\n" : "";  // whoever writes into a file is refused, as on a full disk
  std::ofstream(folder + "/script") << limit << script;
  return std::system(("REDISCLI_AUTH=secret sh " + folder + "/script 2>/dev/null").c_str()) == 0;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the users of a Redis that starts on a full disk stay as they were, and so does whom it follows; without any it does not start") {
  const tests::TemporaryFolder folder;
  const auto at = folder.path().string();
  const std::string closed = "user divio on #0123 ~* &* +@all\nuser default on #4567 ~* -@write\nuser divio-migration on #89ab +psync\n";
  std::filesystem::create_directory(folder.path() / "divio-migration");
  std::ofstream(at + "/divio-migration/following.conf") << "replicaof other 6379\n";
  CHECK_FALSE(prepare_redis(at, true));
  std::ofstream(at + "/users.acl") << closed;
  CHECK(prepare_redis(at, true));
  CHECK(text_of(at + "/users.acl") == closed);
  CHECK(prepare_redis(at, false));
  const auto renewed = text_of(at + "/users.acl");
  CHECK(renewed.starts_with("user divio on #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b "));  // printf secret | sha256sum
  CHECK(renewed.find("\nuser default on #4567 ~* -@write\nuser divio-migration on #89ab +psync\n") != std::string::npos);
  CHECK(text_of(at + "/divio-migration/following.conf") == "replicaof other 6379\n");
}

TEST_CASE("each type has the row that is about it, complete") {
  for (const auto type : {ServiceType::postgres, ServiceType::mariadb, ServiceType::redis}) {
    const auto& row = blueprint(type);
    CAPTURE(model::to_string(type));
    CHECK(row.type == type);
    CHECK(row.port != 0);
    CHECK(row.data_folder.starts_with('/'));
    for (const auto words : {row.versions, row.command, row.probe, row.shell, row.backup}) {
      REQUIRE_FALSE(words.empty());
      for (const auto word : words) CHECK_FALSE(word.empty());
    }
  }
  CHECK(blueprint(ServiceType::media).type == ServiceType::media);
  CHECK(blueprint(ServiceType::media).image.empty());
}

TEST_CASE("a region's own image stands for one of a type and version, and for nothing else") {
  model::Region region;
  region.service_images = "postgres:15=example.com/postgis:15-3.4";
  CHECK(check_service_images(region));
  CHECK(image_in(region, blueprint(ServiceType::postgres), "15") == "example.com/postgis:15-3.4");
  CHECK(image_in(region, blueprint(ServiceType::postgres), "16") == "postgres:16");
  region.service_images = "postgres:51=example.com/postgis:15-3.4";
  const auto wrong = check_service_images(region);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "there is no postgres:51 for which example.com/postgis:15-3.4 could stand");
  CHECK(wrong.error().hint.find("postgres:15") != std::string::npos);
}

TEST_CASE("databases are shared by default, what cannot keep tenants apart is dedicated") {
  CHECK(default_scope(blueprint(ServiceType::postgres)) == Scope::shared);
  CHECK(default_scope(blueprint(ServiceType::mariadb)) == Scope::shared);
  CHECK(default_scope(blueprint(ServiceType::redis)) == Scope::dedicated);
  CHECK(default_scope(blueprint(ServiceType::media)) == Scope::dedicated);
}

TEST_CASE("a version is one of the type's, the first if none is asked for") {
  const auto& postgres = blueprint(ServiceType::postgres);
  CHECK(version_of(postgres, "").value() == "15");
  CHECK(version_of(postgres, "13").value() == "13");
  const auto wrong = version_of(postgres, "9.6");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "there is no version '9.6' of postgres");
  CHECK(wrong.error().hint == "use one of 15, 17, 16, 14, 13");
  CHECK(version_of(blueprint(ServiceType::media), "").value().empty());
  CHECK(version_of(blueprint(ServiceType::media), "1").error().hint == "leave the version out");
  CHECK(image_of(postgres, "15") == "postgres:15");
}

TEST_CASE("no password is a word of a command, where everybody on the host would see it") {
  for (const auto type : {ServiceType::postgres, ServiceType::mariadb, ServiceType::redis}) {
    const auto& row = blueprint(type);
    for (const auto words : {row.command, row.probe, row.shell, row.backup, row.restore})
      for (const auto word : words) CHECK(word.find("{password}") == std::string_view::npos);
  }
}

TEST_CASE("values are put where their names stand, once, and other braces stay") {
  constexpr std::array<std::string_view, 5> words{"{a}", "x{a}y{b}", "{c}", "{a", "plain}"};
  const std::vector<std::string> expected{"{b}", "x{b}y2", "{c}", "{a", "plain}"};
  CHECK(filled(words, {{"a", "{b}"}, {"b", "2"}}) == expected);
}
