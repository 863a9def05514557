#include <doctest/doctest.h>

#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("projects are listed by name and found as they were put") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  CHECK(must(store->projects().projects()).empty());
  const model::Project shop{project_name("shop"), "webshop", "/home/anna/shop"};
  const model::Project blog{project_name("blog"), "", ""};
  must(store->projects().put_project(shop));
  must(store->projects().put_project(blog));
  CHECK(must(store->projects().projects()) == std::vector{blog, shop});
  CHECK(must(store->projects().project(shop.name)) == shop);
  CHECK(must(store->projects().project(project_name("shops"))) == std::nullopt);
}

TEST_CASE("putting a project or an environment again changes it and keeps what belongs to it") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  must(store->releases().add_release(sample_release()));
  must(store->projects().put_project({project_name("shop"), "webshop", "/srv/shop"}));
  model::Environment live{.key = environment_key(), .release = 1, .generation = 2, .stopped = true, .scale = {}};
  live.region = model::RegionName::parse("eu").value();
  live.scale = {{process_name("web"), 5}, {process_name("worker"), 0}};
  must(store->projects().put_environment(live));
  CHECK(must(store->projects().environment(live.key)) == live);
  live.scale.erase(process_name("web"));
  must(store->projects().put_environment(live));
  CHECK(must(store->projects().environment(live.key)) == live);
  CHECK(must(store->projects().project(project_name("shop")))->directory == "/srv/shop");
  CHECK(must(store->releases().releases(live.key)).size() == 1);
}

TEST_CASE("environments are those of the project, by name") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  must(store->projects().put_environment(
      {.key = environment_key("shop", "canary"), .scale = {{process_name("web"), 3}}}));
  must(store->projects().put_project({project_name("blog"), {}, {}}));
  must(store->projects().put_environment({.key = environment_key("blog", "live"), .scale = {}}));
  const auto found = must(store->projects().environments(project_name("shop")));
  REQUIRE(found.size() == 2);
  CHECK(found[0].key.environment.str() == "canary");
  CHECK(found[0].scale.at(process_name("web")) == 3);
  CHECK(found[1].key == environment_key());
  CHECK(found[1].scale.empty());
}

TEST_CASE("an environment needs its project") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  const Error error = must_fail(store->projects().put_environment({.key = environment_key(), .scale = {}}));
  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.message == "there is no project shop");
}

TEST_CASE("an environment whose deployments are removed has its variables and secret key, and is not there otherwise") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  must(store->projects().put_environment({.key = environment_key(), .scale = {}}));
  must(store->releases().add_release(sample_release(environment_key())));
  must(store->variables().set_variable(environment_key(), "NAME", {Secret("value"), false}));
  const Secret before = must(store->variables().secret_key(environment_key()));
  must(store->projects().remove_deployments(environment_key()));
  must(store->projects().remove_deployments(environment_key()));  // again is nothing
  CHECK(must(store->projects().environment(environment_key())) == std::nullopt);
  CHECK(must(store->releases().releases(environment_key())).empty());
  CHECK(must(store->variables().variables(environment_key())).size() == 1);
  CHECK(must(store->variables().secret_key(environment_key())) == before);
}

TEST_CASE("removing an environment removes its releases, variables and secret key, and no other's") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  const auto test = environment_key("shop", "test");
  must(store->projects().put_environment({.key = test, .scale = {}}));
  for (const auto& key : {environment_key(), test}) {
    must(store->releases().add_release(sample_release(key)));
    must(store->variables().set_variable(key, "NAME", {Secret("value"), false}));
  }
  const Secret before = must(store->variables().secret_key(environment_key()));
  const Secret other = must(store->variables().secret_key(test));
  must(store->projects().remove_environment(environment_key()));
  must(store->projects().remove_environment(environment_key()));  // again is nothing
  CHECK(must(store->projects().environment(environment_key())) == std::nullopt);
  CHECK(must(store->releases().releases(environment_key())).empty());
  CHECK(must(store->variables().variables(environment_key())).empty());
  CHECK(must(store->variables().secret_key(environment_key())) != before);
  CHECK(must(store->releases().releases(test)).size() == 1);
  CHECK(must(store->variables().variables(test)).size() == 1);
  CHECK(must(store->variables().secret_key(test)) == other);
}

TEST_CASE("removing a project removes everything of it but its operations") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  must(store->releases().add_release(sample_release()));
  must(store->variables().set_variable(environment_key(), "NAME", {Secret("value"), false}));
  must(store->journal().begin(sample_operation("01A")));
  must(store->projects().remove_project(project_name("shop")));
  must(store->projects().remove_project(project_name("shop")));  // again is nothing
  CHECK(must(store->projects().projects()).empty());
  CHECK(must(store->projects().environments(project_name("shop"))).empty());
  CHECK(must(store->releases().releases(environment_key())).empty());
  CHECK(must(store->variables().variables(environment_key())).empty());
  CHECK(must(store->journal().operations(environment_key(), 10)).size() == 1);
}
