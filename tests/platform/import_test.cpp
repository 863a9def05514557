// A catalogue that is lost, and another one's environments, from what the engine keeps.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "fakes/outcome.hpp"
#include "model/labels.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using tests::contains;
using tests::eu_endpoint;
using tests::must;
using tests::must_fail;
using tests::SeveralRegions;

namespace {

// Deployed twice to region eu, with variables of both kinds and a scale of its own.
void deploy_to_eu(SeveralRegions& world) {
  RegionRequest request;
  request.ingress_port = 8088;
  request.domain = "eu.example.com";
  world.add("eu", request);
  world.write("environments: {live: {region: eu}}\n");
  must(world.platform().set_variables(world.target(), {{"OPEN", Secret("seen"), false}, {"API_KEY", Secret("hunter2"), true}}));
  must(world.deploy());
  must(world.platform().set_variables(world.target(), {{"OPEN", Secret("seen again"), false}}));
  must(world.deploy());
  must(world.platform().scale(world.target(), {{{"web", 3}}}, {}));
}

// The same, and ready to be cut over to another region.
void begin_move_to_ch(SeveralRegions& world) {
  deploy_to_eu(world);
  must(world.platform().set_region({.name = "eu", .address = "192.0.2.1"}));
  world.add("ch", {.address = "192.0.2.2"});
  must(world.platform().start_migration(world.target(), {.to = "ch", .hold_cutover = true}, {}));
}

RegionImportRequest import_eu() {
  RegionImportRequest request;
  request.name = "eu";
  request.endpoint = eu_endpoint;
  return request;
}

std::vector<ports::Volume> records(SeveralRegions& world) {
  return must(world.engine(eu_endpoint).volumes().look({{std::string(model::label::role), "record"}}));
}

std::string digest(const ports::Volume& record) { return record.labels.at(std::string(model::label::record_digest)); }

RegionImportRequest with_key(RegionImportRequest request, const SeveralRegions& world, const std::string& home = "home") {
  request.key_file = (world.folder() / home / "key").string();
  return request;
}

}  // namespace

TEST_CASE("a lost catalogue is rebuilt with its key: releases, variables, scale and region, and there is nothing to do") {
  SeveralRegions world;
  deploy_to_eu(world);
  const auto before = world.instances(eu_endpoint);
  world.use_home("new");
  const auto dry = must(world.platform().import_region(with_key(import_eu(), world), {.dry_run = true}));
  CHECK(dry.outcome == "planned");
  CHECK(must(world.platform().projects()).empty());
  const auto imported = must(world.platform().import_region(with_key(import_eu(), world), {}));
  CHECK(imported.outcome == "imported");
  REQUIRE(imported.environments.size() == 1);
  CHECK(imported.environments[0].environment == "shop/live");
  CHECK(imported.environments[0].release == 2);
  CHECK(imported.environments[0].lost.empty());
  CHECK(must(world.platform().variable(world.target(), "API_KEY")).reveal() == "hunter2");
  CHECK(must(world.platform().variable(world.target(), "OPEN")).reveal() == "seen again");
  CHECK(must(world.platform().releases(world.target())).size() == 2);
  const auto region = must(world.platform().region("eu"));
  CHECK(region.domain == "eu.example.com");
  CHECK(region.ingress_port == 8088);
  CHECK(region.others.empty());
  CHECK(region.instances == 3);
  CHECK(must(world.deploy()).outcome == "unchanged");
  CHECK(world.instances(eu_endpoint) == before);
  CHECK(must(world.platform().rollback(world.target(), {}, {})).release == 1);
  CHECK(must(world.platform().import_region(import_eu(), {})).outcome == "unchanged");
}

TEST_CASE("without its key everything but the secrets comes back, after consent, and they are named") {
  SeveralRegions world;
  deploy_to_eu(world);
  world.use_home("new");
  const auto refused = must_fail(world.platform().import_region(import_eu(), {}));
  CHECK(refused.code == ErrorCode::refused);
  CHECK(contains(refused.hint, "--key-file"));
  CHECK(must(world.platform().projects()).empty());
  CHECK(must(world.platform().regions()).size() == 1);
  auto request = import_eu();
  request.adopt = true;
  const auto imported = must(world.platform().import_region(request, {}));
  const auto& lost = imported.environments.at(0).lost;
  CHECK(std::ranges::find(lost, "variable API_KEY") != lost.end());
  CHECK(std::ranges::find(lost, "SECRET_KEY") != lost.end());
  CHECK(must_fail(world.platform().variable(world.target(), "API_KEY")).code == ErrorCode::not_found);
  CHECK(must(world.platform().variable(world.target(), "OPEN")).reveal() == "seen again");
  CHECK(must(world.platform().status(world.target())).release == 2);
}

TEST_CASE("a move that was going on when the catalogue was lost goes on from the record, with the region that it goes to") {
  SeveralRegions world;
  begin_move_to_ch(world);
  world.use_home("new");
  const auto imported = must(world.platform().import_region(with_key(import_eu(), world), {}));
  CHECK(imported.environments.at(0).moving == "eu to ch: verified");
  CHECK(must(world.platform().migration(world.target())).phase == "verified");
  CHECK(must_fail(world.deploy()).code == ErrorCode::refused);
  CHECK(must(world.platform().region("ch")).endpoint == "unix:///ch.sock");
  CHECK(must(world.platform().abort_migration(world.target(), {}, {})).phase == "aborted");
  CHECK(must(world.engine("unix:///ch.sock").containers().list({{std::string(model::label::environment), "live"}})).empty());
  CHECK(must(world.deploy()).outcome == "unchanged");
  world.use_home("newer");
  CHECK(must(world.platform().import_region(with_key(import_eu(), world, "new"), {})).environments.at(0).moving.empty());
}

TEST_CASE("without its key a move is named among what is lost") {
  SeveralRegions world;
  begin_move_to_ch(world);
  world.use_home("new");
  auto request = import_eu();
  request.adopt = true;
  const auto lost = must(world.platform().import_region(request, {})).environments.at(0).lost;
  CHECK(std::ranges::find(lost, "the move from eu to ch") != lost.end());
  CHECK(must_fail(world.platform().migration(world.target())).code == ErrorCode::not_found);
}

TEST_CASE("a wrong key is told from no key") {
  SeveralRegions world;
  deploy_to_eu(world);
  world.use_home("third");
  static_cast<void>(world.platform());  // makes another key
  world.use_home("new");
  const auto wrong = must_fail(world.platform().import_region(with_key(import_eu(), world, "third"), {}));
  CHECK(wrong.code == ErrorCode::refused);
  CHECK(contains(wrong.message, "does not open the secrets of shop/live"));
  const auto none = must_fail(world.platform().import_region(with_key(import_eu(), world, "nowhere"), {}));
  CHECK(none.code == ErrorCode::not_found);
  CHECK(must(world.platform().projects()).empty());
}

TEST_CASE("whose environments were adopted is refused and told, and can take them back with the other's key") {
  SeveralRegions world;
  deploy_to_eu(world);
  world.use_home("new");
  must(world.platform().import_region(with_key(import_eu(), world), {}));
  must(world.platform().set_variables(world.target(), {{"OPEN", Secret("changed since"), false}}));
  must(world.deploy());
  world.use_home("home");
  const auto calls = must_fail(world.platform().restart(world.target(), {}, {}));
  CHECK(calls.code == ErrorCode::refused);
  CHECK(contains(calls.message, "was taken over"));
  CHECK(must_fail(world.platform().import_region(import_eu(), {})).code == ErrorCode::refused);
  const auto back = must(world.platform().import_region(with_key(import_eu(), world, "new"), {}));
  CHECK(back.environments.at(0).action == "replace");
  CHECK(must(world.platform().variable(world.target(), "OPEN")).reveal() == "changed since");
  CHECK(must(world.deploy()).outcome == "unchanged");
  world.use_home("new");
  CHECK(must_fail(world.platform().restart(world.target(), {}, {})).code == ErrorCode::refused);
}

TEST_CASE("another catalogue's environments are seen, and not touched without consent") {
  SeveralRegions world;
  deploy_to_eu(world);
  world.use_home("other");
  world.add("eu");
  const auto others = must(world.platform().region("eu")).others;
  REQUIRE(others.size() == 1);
  CHECK(others[0].environment == "shop/live");
  const auto before = records(world);
  const auto refused = must_fail(world.deploy());
  CHECK(refused.code == ErrorCode::refused);
  CHECK(contains(refused.hint, "divioctl region import eu"));
  CHECK(records(world).size() == before.size());
  CHECK(records(world).front().name == before.front().name);
}

TEST_CASE("an environment that appears while others are taken over is taken over under a lease of its own") {
  SeveralRegions world;
  world.add("eu");
  world.write("environments: {live: {region: eu}, test: {region: eu}}\n");
  for (const auto* environment : {"live", "test"}) must(world.deploy(environment));
  auto& engine = world.engine(eu_endpoint);
  const auto all = records(world);
  const auto late = std::ranges::find_if(all, [](const auto& one) { return one.name.starts_with("divio-record-shop-test-"); });
  REQUIRE(late != all.end());
  must(engine.volumes().remove(late->name));
  std::vector<std::string> leases;
  engine.on_call([&](const std::string& call, const std::string& name) {
    if (call != "volumes.create" || !name.starts_with("divio-lease-")) return;
    leases.push_back(name);
    if (leases.size() == 1) must(engine.volumes().create(late->name, late->labels));
  });
  world.use_home("new");
  const auto imported = must(world.platform().import_region(with_key(import_eu(), world), {}));
  engine.on_call({});
  CHECK(imported.environments.size() == 2);
  for (const auto* name : {"divio-lease-shop-live-", "divio-lease-shop-test-"})
    CHECK(std::ranges::any_of(leases, [&](const auto& lease) { return lease.starts_with(name); }));
}

TEST_CASE("a record is changed by what changes an environment, is one at a time, holds no secret in the clear, and goes with it") {
  SeveralRegions world;
  deploy_to_eu(world);
  REQUIRE(records(world).size() == 1);
  const auto first = records(world).front();
  for (const auto& [name, value] : first.labels) CHECK_FALSE(contains(value, "hunter2"));
  CHECK(contains(first.labels.at(std::string(model::label::record_open)), "seen again"));
  must(world.platform().set_variables(world.target(), {{"OPEN", Secret("another"), false}}));
  REQUIRE(records(world).size() == 1);
  CHECK(digest(records(world).front()) != digest(first));
  must(world.platform().set_variables(world.target(), {{"OPEN", Secret("seen again"), false}}));
  CHECK(digest(records(world).front()) == digest(first));
  world.engine(eu_endpoint).die();
  must(world.platform().set_variables(world.target(), {{"OPEN", Secret("in the dark"), false}}));
  world.engine(eu_endpoint).revive();
  CHECK(digest(records(world).front()) == digest(first));
  must(world.platform().reconcile(world.target(), {}, {}));
  REQUIRE(records(world).size() == 1);
  CHECK(contains(records(world).front().labels.at(std::string(model::label::record_open)), "in the dark"));
  must(world.platform().destroy(world.target(), {}, {}));
  CHECK(records(world).empty());
}

TEST_CASE("a region is imported under its own name, and not where this catalogue lives already") {
  SeveralRegions world;
  deploy_to_eu(world);
  world.use_home("new");
  auto request = with_key(import_eu(), world);
  request.name = "us";
  const auto elsewhere = must_fail(world.platform().import_region(request, {}));
  CHECK(elsewhere.code == ErrorCode::not_found);
  CHECK(contains(elsewhere.hint, "divioctl region import eu"));
  world.add("eu");
  std::ofstream(world.folder() / "shop" / "divio.yaml") << "project: mine\nenvironments: {live: {region: eu}}\n";
  must(world.deploy());
  const auto both = must_fail(world.platform().import_region([&] {
    auto wish = with_key(import_eu(), world);
    wish.catalogue = records(world).front().labels.at(std::string(model::label::record_of));
    for (const auto& record : records(world))
      if (record.labels.at(std::string(model::label::record)) == "shop/live") wish.catalogue = record.labels.at(std::string(model::label::record_of));
    return wish;
  }(), {}));
  CHECK(contains(both.message, "mine-live"));
}
